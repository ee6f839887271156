using System.Diagnostics;
using System.Text.Json;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Checkpoints;

/// <summary>Writes down how far a restore is, flushed to disk and replaced as a whole, so that another run can go on from there whenever this one ends.</summary>
internal sealed class RestoreJournal : IDisposable
{
    /// <summary>What others have done to the table since a restore was ended is not known; after this time it is written anew.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromDays(7);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private const long Limit = 256L << 20;

    private readonly object _lock = new();
    private readonly string _path;
    private readonly IRunOutput _output;
    private readonly List<string> _written;
    private readonly Timer _timer;
    private RestoreState _state;
    private long _lastWrite;
    private bool _isDirty;
    private bool _hasWarned;
    private bool _isDeleted;

    /// <summary>A journal; nothing is written yet.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="state">What to begin with.</param>
    /// <param name="output">Warned where it cannot be written in mid-run.</param>
    public RestoreJournal(string path, RestoreState state, IRunOutput output)
    {
        _path = path;
        _output = output;
        _state = state;
        _written = [.. state.Written ?? []];
        _timer = new Timer(_ => WriteIfDirty());
    }

    /// <summary>Names of the data files that are written.</summary>
    public IReadOnlySet<string> Written
    {
        get
        {
            lock (_lock)
                return _written.ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>Reads a journal that another run has left.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="wanted">The backup, table and parameters that it must be of.</param>
    /// <param name="output">Told why one that is there is not taken.</param>
    /// <returns>The state; null where there is none that can be gone on with.</returns>
    public static RestoreState? Find(string path, RestoreState wanted, IRunOutput output)
    {
        try
        {
            if (!File.Exists(path))
                return null;
            if (new FileInfo(path).Length > Limit)
                return Refuse("it is larger than a journal can be");
            var state = JsonSerializer.Deserialize(File.ReadAllBytes(path), JournalJsonContext.Default.RestoreState);
            return state switch
            {
                null => Refuse("it holds nothing"),
                { SchemaVersion: not RestoreState.CurrentSchema } => Refuse($"it has schema version {state.SchemaVersion}, and this version of DynamoBackup reads {RestoreState.CurrentSchema}"),
                _ when !state.IsOfSame(wanted) => Refuse("it is of another backup, or was begun with another mode"),
                _ when DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > LongestRest => Refuse($"it is older than {LongestRest.TotalDays:0} days"),
                _ => state,
            };
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return Refuse($"it cannot be read ({exception.Message.TrimEnd('.')})");
        }

        RestoreState? Refuse(string why)
        {
            output.Warning($"The restore whose journal is '{path}' is not gone on with: {why}.");
            return null;
        }
    }

    /// <summary>Writes the journal for the first time.</summary>
    /// <exception cref="DynamoBackupException">It cannot be written.</exception>
    public void Begin()
    {
        lock (_lock)
            Write();
    }

    /// <summary>Changes what is written down, and writes it at once.</summary>
    public void Change(Func<RestoreState, RestoreState> change)
    {
        lock (_lock)
            (_state, _isDirty) = (change(_state), true);
        WriteIfDirty();
    }

    /// <summary>Takes note of a file that is written; from any thread.</summary>
    public void Note(string name)
    {
        lock (_lock)
        {
            _written.Add(name);
            if (!_isDirty)
                _timer.Change(TimeLeft(), Timeout.InfiniteTimeSpan);
            _isDirty = true;
        }
    }

    /// <summary>Writes down what has been noted.</summary>
    public void Flush() => WriteIfDirty();

    /// <summary>Takes the journal away.</summary>
    public void Delete()
    {
        lock (_lock)
        {
            _isDeleted = true;
            try
            {
                File.Delete(_path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _output.Warning($"'{_path}' could not be deleted ({exception.Message.TrimEnd('.')}). Delete it by hand: a later restore of the same backup into the same table with -Resume would leave out what it names.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        WriteIfDirty();
    }

    private TimeSpan TimeLeft()
    {
        var since = _lastWrite == 0 ? ShortestPause : Stopwatch.GetElapsedTime(_lastWrite);
        return since >= ShortestPause ? TimeSpan.Zero : ShortestPause - since;
    }

    private void WriteIfDirty()
    {
        lock (_lock)
        {
            if (!_isDirty || _isDeleted)
                return;
            try
            {
                Write();
            }
            catch (DynamoBackupException exception) when (!_hasWarned)
            {
                // What is not written down is merely written to the table again.
                _hasWarned = true;
                _output.Warning($"{exception.Message} The restore goes on; -Resume would write more of it again.");
            }
            catch (DynamoBackupException exception)
            {
                _output.Debug(exception.Message);
            }
        }
    }

    private void Write()
    {
        _isDirty = false;
        _lastWrite = Stopwatch.GetTimestamp();
        _state = _state with { SchemaVersion = RestoreState.CurrentSchema, Tool = BackupSealer.ToolVersion, Written = [.. _written] };
        var temporary = _path + ".tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                JsonSerializer.Serialize(file, _state, JournalJsonContext.Default.RestoreState);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, _path, overwrite: true);
            DirectoryFlush.Flush(Path.GetDirectoryName(_path)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translate(exception, _path, StoreAccess.Write);
        }
    }
}

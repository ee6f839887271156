using DynamoBackup.Manifests;

namespace DynamoBackup.Load;

/// <summary>Tells, file by file, what has been written to the table.</summary>
internal sealed class LoadLedger
{
    private readonly Dictionary<DataFile, FileLoad> _loads = new(ReferenceEqualityComparer.Instance);
    private readonly Action<string> _onWritten;
    private long _before;

    /// <summary>A ledger.</summary>
    /// <param name="files">All files.</param>
    /// <param name="written">Names of those that an earlier run has written.</param>
    /// <param name="onWritten">Told the name of a file when the service has taken all of its items; from any thread.</param>
    public LoadLedger(IEnumerable<DataFile> files, IReadOnlySet<string> written, Action<string> onWritten)
    {
        _onWritten = onWritten;
        foreach (var file in files)
            _loads.Add(file, new FileLoad(file, written.Contains(file.Name)));
    }

    /// <summary>Items that an earlier run has written, as far as they have been read again.</summary>
    public long Before => Interlocked.Read(ref _before);

    /// <summary>A file's part.</summary>
    public FileLoad Of(DataFile file) => _loads[file];

    /// <summary>Counts an item that is not sent, for an earlier run has written it.</summary>
    public void Skip() => Interlocked.Increment(ref _before);

    /// <summary>Counts the items of a batch that the service has taken to the last one.</summary>
    public void Acknowledge(IEnumerable<FileLoad> items)
    {
        foreach (var load in items)
        {
            if (load.Acknowledge())
                _onWritten(load.Name);
        }
    }
}

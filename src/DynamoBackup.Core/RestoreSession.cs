using DynamoBackup.Aws;
using DynamoBackup.Checkpoints;
using DynamoBackup.Load;
using DynamoBackup.Manifests;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>
/// What a restore keeps in the working directory: a lock, so that no other restore from there writes into the same table, and a journal, so that
/// another run can go on where this one ends. Without -Resume, a directory that cannot be written is no reason not to restore.
/// </summary>
internal sealed class RestoreSession : IDisposable
{
    private readonly TableLock? _lock;
    private readonly RestoreJournal? _journal;

    private RestoreSession(TableLock? held, RestoreJournal? journal, IReadOnlyList<DataFile> files)
    {
        _lock = held;
        _journal = journal;
        FilesBefore = journal?.Written.Count ?? 0;
        Ledger = journal is null ? null : new LoadLedger(files, journal.Written, journal.Note);
    }

    /// <summary>Whether an earlier run, which this one continues, created the table.</summary>
    public bool CreatedTable { get; private init; }

    /// <summary>Files that an earlier run has written.</summary>
    public int FilesBefore { get; }

    /// <summary>Takes note of what is written; null without a journal.</summary>
    public LoadLedger? Ledger { get; }

    /// <summary>What an earlier run has left that a request would continue.</summary>
    /// <returns>The state; null where there is none, or the request does not ask for it.</returns>
    public static RestoreState? Find(RestoreRequest request, OpenedBackup backup, DynamoConnection connection, IRunOutput output)
    {
        if (!request.Resume)
            return null;
        var target = request.TargetTable ?? backup.Info.TableName;
        return RestoreJournal.Find(PlaceOf(request, target, backup, connection).JournalPath, NewState(request, target, backup), output);
    }

    /// <summary>Takes the lock, and opens the journal: the one that the plan continues, or a new one.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.RunInProgress"/>: another restore is writing into the table.</exception>
    public static RestoreSession Open(RestoreRequest request, RestorePlan plan, OpenedBackup backup, DynamoConnection connection, IRunOutput output)
    {
        var place = PlaceOf(request, plan.TargetTable, backup, connection);
        TableLock? held = null;
        try
        {
            held = TableLock.Take(place, plan.TargetTable);
            var before = plan.Continues ? Find(request, backup, connection, output) : null;
            var journal = new RestoreJournal(place.JournalPath, before ?? NewState(request, plan.TargetTable, backup), output);
            journal.Begin();
            return new RestoreSession(held, journal, backup.Files) { CreatedTable = before?.CreateAskedUtc is not null };
        }
        catch (DynamoBackupException exception) when (exception.Code != BackupErrorCode.RunInProgress && !request.Resume && request.WorkingDirectory is null)
        {
            output.Verbose($"This restore keeps no journal: {exception.Message}");
            return new RestoreSession(held, null, backup.Files);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Takes the lock alone, for a restore that needs no journal: run again, it does what is left.</summary>
    /// <returns>What frees the lock; null where the working directory cannot be used and none was named.</returns>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.RunInProgress"/>: another restore is writing into the table.</exception>
    public static IDisposable? LockTable(RestoreRequest request, string table, OpenedBackup backup, DynamoConnection connection, IRunOutput output)
    {
        try
        {
            return TableLock.Take(PlaceOf(request, table, backup, connection), table);
        }
        catch (DynamoBackupException exception) when (exception.Code != BackupErrorCode.RunInProgress && request.WorkingDirectory is null)
        {
            output.Verbose($"This restore keeps no lock: {exception.Message}");
            return null;
        }
    }

    /// <summary>Tells one table from an earlier one of the same name.</summary>
    public static string? InstanceOf(TableDefinition table) => table.Id ?? table.Table.Child("CreationDateTime")?.GetRawText();

    /// <summary>Writes down that the table is going to be created.</summary>
    public void NoteCreating() => _journal?.Change(state => state with { CreateAskedUtc = ManifestJson.Format(DateTimeOffset.UtcNow), TableInstance = null });

    /// <summary>Writes down which table it is that is being written.</summary>
    public void NoteTable(TableDefinition table) => _journal?.Change(state => state with { TableInstance = InstanceOf(table) });

    /// <summary>Keeps the journal for a run that continues this one.</summary>
    public void Keep() => _journal?.Flush();

    /// <summary>Takes the journal away: there is nothing left to continue.</summary>
    public void Forget() => _journal?.Delete();

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal?.Dispose();
        _lock?.Dispose();
    }

    private static RestorePlace PlaceOf(RestoreRequest request, string target, OpenedBackup backup, DynamoConnection connection) =>
        RestorePlace.Of(request.WorkingDirectory, $"{connection.Endpoint}\n{request.Connection.ProfileName}", target, backup.Info.Id);

    private static RestoreState NewState(RestoreRequest request, string target, OpenedBackup backup) => new()
    {
        BackupId = backup.Info.Id,
        BackupTableArn = backup.Info.TableArn,
        BackupContent = backup.Info.ContentDigest ?? (backup.Info.CompletedUtc is { } completed ? ManifestJson.Format(completed) : ""),
        TargetTable = target,
        Mode = (request.Mode ?? RestoreMode.NewTable).ToString(),
    };
}

using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Compares backups with one another or with tables.</summary>
[Cmdlet(VerbsData.Compare, "DynamoBackup", DefaultParameterSetName = SelectionSet)]
[OutputType(typeof(ItemDifference), typeof(BackupComparison))]
public sealed class CompareDynamoBackupCommand : TableReadingCmdlet
{
    // One for all tables of the pipeline, which share a budget by it.
    /// <summary>The id of another backup in the same stores to compare with.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BackupIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DifferenceId { get; set; }

    /// <summary>Another backup to compare with.</summary>
    [Parameter]
    [ValidateNotNull]
    public BackupInfo? DifferenceBackup { get; set; }

    /// <summary>The table to compare with.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TableCompleter))]
    [ValidateNotNullOrEmpty]
    public string? DifferenceTable { get; set; }

    /// <summary>Return only the counts.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <summary>The folder for temporary files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Comparing backups";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        if ((DifferenceId is null ? 0 : 1) + (DifferenceBackup is null ? 0 : 1) + (DifferenceTable is null ? 0 : 1) > 1)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Give one of -DifferenceId, -DifferenceBackup and -DifferenceTable, or none to compare with the table that was backed up.");
        // Asked for before anything is done: both parameters together are refused at once.
        var limit = ReadLimit;
        var connection = GetConnection();
        var backups = Backup is not null ? [Backup] : Find(TableName, Id, connection);
        foreach (var backup in backups)
            Guard(() => Compare(backup, connection, limit));
    }

    private IReadOnlyList<BackupInfo> Find(string[]? tables, string? id, AwsConnection connection)
    {
        var found = Select(tables, new BackupQuery
        {
            Sources = Backup is not null ? [Backup.Location] : LocationResolver.ResolveAll(this, Source, nameof(Source)),
            Store = GetStoreOptions(connection),
            Id = id,
            Latest = true,
        });
        // Copies of one backup at several places are one backup: a sound one is taken, in the order in which the stores were given.
        return [.. found.GroupBy(backup => (backup.TableArn, backup.Id)).Select(copies => copies.FirstOrDefault(backup => !backup.IsDamaged) ?? copies.First())];
    }

    private void Compare(BackupInfo backup, AwsConnection connection, CapacityLimit? limit)
    {
        var other = DifferenceBackup;
        if (DifferenceId is not null && (other = Find(null, DifferenceId, connection) is [var found, ..] ? found : null) is null)
            return;
        var request = new CompareRequest
        {
            Reference = backup,
            Difference = other,
            TableName = DifferenceTable,
            Store = GetStoreOptions(connection),
            Connection = connection,
            ReadLimit = limit,
            CountsOnly = Summary,
            WorkingDirectory = WorkingDirectory is null ? null : LocationResolver.ToFileSystemPath(this, WorkingDirectory),
        };
        var counts = RunEngine((output, pipeline, cancellation) => CompareRun.RunAsync(
            request, found => pipeline.RunAsync(() => WriteObject(found, enumerateCollection: true), cancellation), output, cancellation));
        if (Summary)
            WriteObject(counts);
        else
            WriteVerbose($"{counts}.");
    }
}

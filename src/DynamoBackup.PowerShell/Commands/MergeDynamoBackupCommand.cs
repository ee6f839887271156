using System.Management.Automation;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Makes a full backup out of a full one and what builds on it, without reading the table.</summary>
[Cmdlet(VerbsData.Merge, "DynamoBackup", SupportsShouldProcess = true, DefaultParameterSetName = SelectionSet)]
[OutputType(typeof(BackupInfo))]
public sealed class MergeDynamoBackupCommand : BackupInputCmdlet
{
    /// <summary>Merge up to this time.</summary>
    [Parameter]
    [Instant]
    [ValidateNotNull]
    public DateTimeOffset? PointInTime { get; set; }

    /// <summary>The store to write the merged backup to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>How data files are compressed.</summary>
    [Parameter]
    public BackupCompression Compression { get; set; }

    /// <summary>The folder of temporary files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>How long one table's merge may take.</summary>
    [Parameter]
    [ValidateNotNull]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Merging DynamoDB backups";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        if (Backup is null && TableName is null && Id is null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Say what to merge: -TableName, -Id, or a backup from the pipeline.");
        RefuseOneOfSeveral("Merge-DynamoBackup");
        var connection = GetConnection();
        foreach (var backup in SelectBackups(connection))
            Guard(() => Merge(backup, connection));
    }

    private void Merge(BackupInfo backup, AwsConnection connection)
    {
        var request = new MergeRequest
        {
            Backup = Backup is not null || Id is not null ? backup : null,
            Known = SelectRelatives(backup, connection),
            PointInTime = PointInTime,
            Destination = Destination is null ? null : LocationResolver.Resolve(this, Destination, nameof(Destination)),
            Store = GetStoreOptions(connection),
            Compression = Compression,
            WorkingDirectory = WorkingDirectory is null ? null : LocationResolver.ToFileSystemPath(this, WorkingDirectory),
            Timeout = Timeout,
        };
        var plan = RunEngine((output, _) => Task.FromResult(MergeRun.Plan(request, output)));
        if (ShouldProcess(plan.TableName, MergeRun.Describe(plan)))
            WriteObject(RunEngine((output, cancellation) => MergeRun.RunAsync(request, output, cancellation)));
    }
}

using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Proves backups by reading them.</summary>
[Cmdlet(VerbsDiagnostic.Test, "DynamoBackup", DefaultParameterSetName = SelectionSet)]
[OutputType(typeof(BackupVerification), typeof(bool))]
public sealed class TestDynamoBackupCommand : TableReadingCmdlet
{
    // One for all tables of the pipeline, which share a budget by it.
    /// <summary>Only the newest backup of each table.</summary>
    [Parameter(ParameterSetName = SelectionSet)]
    public SwitchParameter Latest { get; set; }

    /// <summary>How much to prove.</summary>
    [Parameter]
    public VerificationLevel Level { get; set; } = VerificationLevel.Checksum;

    /// <summary>The live table to compare with, at level Live.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TableCompleter))]
    [ValidateNotNullOrEmpty]
    public string? TargetTable { get; set; }

    /// <summary>Return only true or false.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>How long one backup's test may take.</summary>
    [Parameter]
    [ValidateNotNull]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Testing backups";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        if (TargetTable is not null && Level < VerificationLevel.Live)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-TargetTable goes with -Level Live.");
        if (ReadLimit is not null && Level < VerificationLevel.Live)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"{(MaxReadUnits is null ? "-ReadCapacityPercent" : "-MaxReadUnits")} goes with -Level Live: lower levels read no table.");
        var connection = GetConnection();
        foreach (var backup in Backup is not null ? [Backup] : Find(connection))
            Guard(() => Test(backup, connection));
    }

    private IReadOnlyList<BackupInfo> Find(AwsConnection connection) => Select(TableName, new BackupQuery
    {
        Sources = LocationResolver.ResolveAll(this, Source, nameof(Source)),
        Store = GetStoreOptions(connection),
        Id = Id,
        Latest = Latest,
    });

    private void Test(BackupInfo backup, AwsConnection connection)
    {
        var request = new VerifyRequest
        {
            Source = backup.Location,
            Store = GetStoreOptions(connection),
            Path = backup.Path,
            Level = Level,
            Connection = connection,
            LiveTableName = TargetTable,
            ReadLimit = ReadLimit,
            Timeout = Timeout,
        };
        var result = RunEngine((output, cancellation) => VerifyRun.RunAsync(request, output, cancellation));
        WriteObject(Quiet ? result.IsValid : result);
    }
}

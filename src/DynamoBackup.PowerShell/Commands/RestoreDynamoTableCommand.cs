using System.Collections;
using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Items;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Restores DynamoDB tables from backups.</summary>
[Cmdlet(VerbsData.Restore, "DynamoTable", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = SelectionSet)]
[OutputType(typeof(TableRestore))]
public sealed class RestoreDynamoTableCommand : BackupInputCmdlet
{
    private readonly CommandLimit _limit = new("Write");
    private readonly HashSet<(string TableArn, string Id)> _selected = [];
    private readonly HashSet<(string TableArn, string Id)> _restored = [];

    /// <summary>The table to write.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TableCompleter))]
    [ValidateNotNullOrEmpty]
    public string? TargetTable { get; set; }

    /// <summary>How to treat an existing table.</summary>
    [Parameter]
    public RestoreMode? Mode { get; set; }

    /// <summary>Restore the table as it was at this time.</summary>
    [Parameter]
    [Instant]
    [ValidateNotNull]
    public DateTimeOffset? PointInTime { get; set; }

    /// <summary>Leave deletions by time to live out.</summary>
    [Parameter]
    public SwitchParameter ExcludeTtlDelete { get; set; }

    /// <summary>With -Mode Replace: change and delete an item only while it is as it was compared.</summary>
    [Parameter]
    public SwitchParameter Safe { get; set; }

    /// <summary>Begin to write before the whole backup has been proved.</summary>
    [Parameter]
    public SwitchParameter SkipVerification { get; set; }

    /// <summary>Keys of the items to restore.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[]? Key { get; set; }

    /// <summary>A condition on the items to restore.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? Where { get; set; }

    /// <summary>The most write capacity units a second.</summary>
    [Parameter]
    [ValidateRange(CommandLimit.LeastUnits, CommandLimit.MostUnits)]
    public double? MaxWriteUnits { get; set; }

    /// <summary>The most write capacity, as a share of what the table has.</summary>
    [Parameter]
    [ValidateRange(CommandLimit.LeastPercent, CommandLimit.MostPercent)]
    public int? WriteCapacityPercent { get; set; }

    /// <summary>A definition in place of the backup's own: a file's path, or an object in DescribeTable's shape.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? TableDefinition { get; set; }

    /// <summary>Settings that a new table does not get.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public TableSetting[]? ExcludeSetting { get; set; }

    /// <summary>Indexes that a new table does not get.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? ExcludeIndex { get; set; }

    /// <summary>How a new table is charged.</summary>
    [Parameter]
    public TableBillingMode? BillingMode { get; set; }

    /// <summary>A new table's read capacity.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? ReadCapacityUnits { get; set; }

    /// <summary>A new table's write capacity.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long? WriteCapacityUnits { get; set; }

    /// <summary>Capacity of a new table's global secondary indexes, by their names.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public Hashtable? IndexThroughput { get; set; }

    /// <summary>A new table's class.</summary>
    [Parameter]
    [ValidateSet("STANDARD", "STANDARD_INFREQUENT_ACCESS")]
    public string? TableClass { get; set; }

    /// <summary>Prove the result by reading the table back.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <summary>Go on with a restore that an earlier run has left unfinished.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>The folder of the restore's journal and lock, and of temporary files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>Do not ask before writing into a table that holds items.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long one table's restore may take.</summary>
    [Parameter]
    [ValidateNotNull]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Restoring DynamoDB tables";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        RefuseOneOfSeveral("Restore-DynamoTable");
        var connection = GetConnection();
        var limit = _limit.Of(MaxWriteUnits, WriteCapacityPercent);
        if (Backup is null && TableName is null && Id is null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Say what to restore: -TableName, -Id, or a backup from the pipeline.");
        var backups = Backup is null && Id is null && PointInTime is null ? SelectNewestState(connection) : SelectBackups(connection);
        RefuseSecondInto(TargetTable, backups);
        var definition = TableDefinition is null ? null : DefinitionText.From(this, TableDefinition);
        foreach (var backup in backups)
            RestoreOnce(backup, connection, limit, definition);
    }

    /// <summary>What increments have added to a table's newest full backup is restored with it.</summary>
    private List<BackupInfo> SelectNewestState(AwsConnection connection) =>
        [.. SelectNewest(connection).Select(full => full.Type == BackupType.Full ? NewestOf(full, connection) : full)];

    private BackupInfo NewestOf(BackupInfo full, AwsConnection connection)
    {
        var relatives = SelectRelatives(full, connection);
        var newest = ChainRun.Newest(relatives, full);
        if (ChainRun.DescribeBroken(relatives, newest.ToUtc ?? newest.CompletedUtc) is { } broken)
            WriteWarning(broken);
        return newest;
    }

    /// <summary>Copies of one backup at several places are one backup: another is taken only where the one before it could not be restored.</summary>
    private void RestoreOnce(BackupInfo backup, AwsConnection connection, CapacityLimit? limit, string? definition)
    {
        if (_restored.Contains(IdentityOf(backup)))
        {
            WriteVerbose(PointInTime is null
                ? $"The copy of backup {backup.Id} at {backup.Location} is passed over: another copy has been taken."
                : $"Backup {backup.Id} at {backup.Location} is passed over: table '{backup.TableName}' has been restored.");
            return;
        }

        Guard(() =>
        {
            Restore(backup, connection, limit, definition);
            _restored.Add(IdentityOf(backup));
        });
    }

    /// <summary>With an instant, all backups of a table lead to the same state.</summary>
    private (string TableArn, string Id) IdentityOf(BackupInfo backup) => (backup.TableArn, PointInTime is null ? backup.Id : "");

    /// <summary>Counts over the whole pipeline: two tables' items must never end up in one.</summary>
    private void RefuseSecondInto(string? target, IReadOnlyList<BackupInfo> backups)
    {
        _selected.UnionWith(backups.Select(IdentityOf));
        if (target is not null && _selected.Count > 1)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-TargetTable takes one backup, but more were selected. Narrow the selection, or leave -TargetTable out.", target);
        if (TableDefinition is not null && _selected.Count > 1)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-TableDefinition is of one table, but more than one backup was selected. Narrow the selection, or leave -TableDefinition out.");
    }

    private void Restore(BackupInfo backup, AwsConnection connection, CapacityLimit? limit, string? definition)
    {
        var request = new RestoreRequest
        {
            Source = backup.Location,
            Store = GetStoreOptions(connection),
            Path = backup.Path,
            Connection = connection,
            TargetTable = TargetTable,
            Mode = Mode,
            Keys = ItemWriter.ToKeys(Key),
            TableDefinition = definition,
            Overrides = GetOverrides(),
            ExcludedSettings = ExcludeSetting ?? [],
            Verify = Verify,
            Safe = Safe,
            SkipVerification = SkipVerification,
            WriteLimit = limit,
            Resume = Resume,
            WorkingDirectory = WorkingDirectory is null ? null : LocationResolver.ToFileSystemPath(this, WorkingDirectory),
            Timeout = Timeout,
        };
        var state = StateOf(backup, request, connection);
        using var run = RunEngine((output, cancellation) => PointInTimeRun.OpenAsync(state, output, cancellation));
        if (DifferentialRestoreRun.IsFor(Mode) || (Mode == RestoreMode.Overwrite && IsAsked && Key is null && Where is null))
            RestoreCompared(run);
        else
            RestoreUncompared(run);
    }

    private PointInTimeRequest StateOf(BackupInfo backup, RestoreRequest request, AwsConnection connection) => new()
    {
        Restore = request,
        Backup = PointInTime is null || Id is not null ? backup : null,
        Known = PointInTime is not null || PointInTimeRun.NeedsOthers(backup) ? SelectRelatives(backup, connection) : [backup],
        PointInTime = PointInTime,
        ExcludeTtlDelete = ExcludeTtlDelete,
    };

    /// <summary>What is asked about is what the comparison found, and just that is done.</summary>
    private void RestoreCompared(PointInTimeRun run)
    {
        using var compared = RunEngine((output, pipeline, cancellation) => run.CompareAsync(ItemCondition.Chooser(Where, pipeline), output, cancellation));
        if (!MayRestore(compared.Plan, run.Words) || !MayWriteOver(compared.Plan))
            return;
        WriteObject(DifferentialRestoreRun.IsFor(Mode)
            ? run.Describe(RunEngine(compared.ApplyAsync))
            : RunEngine((output, cancellation) => run.RunAsync(compared.Plan, null, output, cancellation)));
    }

    private void RestoreUncompared(PointInTimeRun run)
    {
        var plan = RunEngine((output, pipeline, cancellation) => run.PlanAsync(ItemCondition.Chooser(Where, pipeline), output, cancellation));
        if (MayRestore(plan, run.Words) && MayWriteOver(plan))
            WriteObject(RunEngine((output, pipeline, cancellation) => run.RunAsync(plan, ItemCondition.Chooser(Where, pipeline), output, cancellation)));
    }

    private bool MayRestore(RestorePlan plan, string words) => Ask(
        () => ShouldProcess(plan.TargetTable, words + RestoreWords.Describe(plan, Where is not null)),
        $"The restore into '{plan.TargetTable}'", IsAskedAbout(plan) ? "-Confirm:$false, and -Force, for the table holds items" : "-Confirm:$false", plan.TargetTable);

    private bool MayWriteOver(RestorePlan plan) => !IsAskedAbout(plan) || Ask(
        () => ShouldContinue(RestoreWords.Question(plan), RestoreWords.Caption(plan)), $"Writing into '{plan.TargetTable}', which holds items,", "-Force", plan.TargetTable);

    private bool IsAskedAbout(RestorePlan plan) => plan.TargetHoldsItems && !plan.Continues && !Force;

    private TableOverrides GetOverrides() => new()
    {
        BillingMode = BillingMode,
        ReadCapacityUnits = ReadCapacityUnits,
        WriteCapacityUnits = WriteCapacityUnits,
        IndexThroughput = IndexThroughputReader.Read(IndexThroughput),
        TableClass = TableClass?.ToUpperInvariant(),
        ExcludedIndexes = [.. (ExcludeIndex ?? []).Select(IndexNamePattern.Of)],
    };
}

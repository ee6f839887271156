using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Restores DynamoDB tables from backups.</summary>
[Cmdlet(VerbsData.Restore, "DynamoTable", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = SelectionSet)]
[OutputType(typeof(TableRestore))]
public sealed class RestoreDynamoTableCommand : BackupInputCmdlet
{
    // One for all tables of the pipeline, which share a budget by it.
    private CapacityLimit? _limit;
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

    /// <summary>The most write capacity units a second.</summary>
    [Parameter]
    [ValidateRange(0.1, 1e9)]
    public double? MaxWriteUnits { get; set; }

    /// <summary>The most write capacity, as a share of what the table has.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
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
        var connection = GetConnection();
        _limit ??= CapacityParameters.Limit("Write", MaxWriteUnits, WriteCapacityPercent);
        if (Backup is null && TableName is null && Id is null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Say what to restore: -TableName, -Id, or a backup from the pipeline.");
        var backups = Backup is not null ? [Backup] : Find(connection);
        RefuseSecondInto(TargetTable, backups);
        var definition = TableDefinition is null ? null : DefinitionText.From(this, TableDefinition);
        foreach (var backup in backups)
            RestoreOnce(backup, connection, definition);
    }

    /// <summary>Copies of one backup at several places are one backup: another is taken only where the one before it could not be restored.</summary>
    private void RestoreOnce(BackupInfo backup, AwsConnection connection, string? definition)
    {
        if (_restored.Contains((backup.TableArn, backup.Id)))
        {
            WriteVerbose($"The copy of backup {backup.Id} at {backup.Location} is passed over: another copy has been taken.");
            return;
        }

        Guard(() =>
        {
            Restore(backup, connection, definition);
            _restored.Add((backup.TableArn, backup.Id));
        });
    }

    /// <summary>Counts over the whole pipeline: two tables' items must never end up in one.</summary>
    private void RefuseSecondInto(string? target, IReadOnlyList<BackupInfo> backups)
    {
        _selected.UnionWith(backups.Select(backup => (backup.TableArn, backup.Id)));
        if (target is not null && _selected.Count > 1)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-TargetTable takes one backup, but more were selected. Narrow the selection, or leave -TargetTable out.", target);
        if (TableDefinition is not null && _selected.Count > 1)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-TableDefinition is of one table, but more than one backup was selected. Narrow the selection, or leave -TableDefinition out.");
    }

    private List<BackupInfo> Find(AwsConnection connection)
    {
        var found = Select(TableName, new BackupQuery
        {
            Sources = LocationResolver.ResolveAll(this, Source, nameof(Source)),
            Store = GetStoreOptions(connection),
            Id = Id,
            Latest = true,
        });
        var chosen = new List<BackupInfo>();
        foreach (var sameName in found.GroupBy(backup => backup.TableName, StringComparer.Ordinal))
        {
            // Of several copies a sound one is taken, in the order in which the stores were given.
            Guard(() => chosen.Add(sameName.DistinctBy(backup => backup.TableArn, StringComparer.Ordinal).Count() == 1
                ? sameName.FirstOrDefault(backup => !backup.IsDamaged) ?? sameName.First()
                : throw new DynamoBackupException(
                    BackupErrorCode.BackupAmbiguous,
                    $"Tables of different accounts or regions are named '{sameName.Key}': {string.Join(", ", sameName.Select(backup => backup.TableArn).Distinct(StringComparer.Ordinal))}. Give one ARN as -TableName, or an -Id.",
                    sameName.Key)));
        }

        return chosen;
    }

    private void Restore(BackupInfo backup, AwsConnection connection, string? definition)
    {
        var request = new RestoreRequest
        {
            Source = backup.Location,
            Store = GetStoreOptions(connection),
            Path = backup.Path,
            Connection = connection,
            TargetTable = TargetTable,
            Mode = Mode,
            TableDefinition = definition,
            Overrides = GetOverrides(),
            ExcludedSettings = ExcludeSetting ?? [],
            Verify = Verify,
            WriteLimit = _limit,
            Timeout = Timeout,
        };
        var plan = RunEngine((output, cancellation) => RestoreRun.PlanAsync(request, output, cancellation));
        if (!ShouldProcess(plan.TargetTable, Describe(plan)))
            return;
        if (plan.TargetHoldsItems && !Force && !ShouldContinue(
            $"Table '{plan.TargetTable}' holds items. Items with the same key will be overwritten by those of backup {plan.Backup.Id}. Go on?", "Overwrite items"))
            return;
        WriteObject(RunEngine((output, cancellation) => RestoreRun.RunAsync(request, plan, output, cancellation)));
    }

    private TableOverrides GetOverrides() => new()
    {
        BillingMode = BillingMode,
        ReadCapacityUnits = ReadCapacityUnits,
        WriteCapacityUnits = WriteCapacityUnits,
        IndexThroughput = IndexThroughputReader.Read(IndexThroughput),
        TableClass = TableClass?.ToUpperInvariant(),
        ExcludedIndexes = [.. (ExcludeIndex ?? []).Select(IndexNamePattern.Of)],
    };

    private static string Describe(RestorePlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(plan.CreatesTable ? "Create the table and restore" : plan.Mode == RestoreMode.Overwrite ? "Overwrite with" : "Fill the empty table with")} {plan.Backup.ItemCount:N0} items ({plan.Backup.ItemBytes:N0} bytes; up to {CapacityParameters.Describe(plan.WriteUnits, "write", plan.Duration, plan.Basis)}) of backup {plan.Backup.Id}");
}

using System.Diagnostics;
using DynamoBackup.Aws;
using DynamoBackup.Differences;
using DynamoBackup.Manifests;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>
/// Restores a backup into a table that is in use, by what differs: read the backup once and prove it, scan the table, compare; then write what is missing or different, and
/// last delete what is extra. The comparison is the plan; applying it reads only the files again that hold something to write, and proves them again.
/// </summary>
public sealed class DifferentialRestoreRun : IDisposable
{
    private readonly RestoreRequest _request;
    private readonly TableComparison _comparison;
    private readonly TableDefinition _table;
    private readonly ExpiryReport _expiry;
    private readonly List<Finding> _findings = [];
    private readonly TimeSpan _compared;

    private DifferentialRestoreRun(RestoreRequest request, RestorePlan plan, TableComparison comparison, TableDefinition table, ExpiryReport expiry, TimeSpan compared)
    {
        _request = request;
        Plan = plan;
        _comparison = comparison;
        _table = table;
        _expiry = expiry;
        _compared = compared;
    }

    /// <summary>What the restore would do.</summary>
    public RestorePlan Plan { get; }

    /// <summary>Tells whether a mode restores by what differs.</summary>
    /// <param name="mode">The mode; null where none was given.</param>
    public static bool IsFor(RestoreMode? mode) => mode is RestoreMode.Replace or RestoreMode.Supplement;

    /// <summary>Proves the backup and compares it with the table; writes nothing but temporary files.</summary>
    /// <param name="request">What to restore, where to and how; with <see cref="RestoreMode.Overwrite"/> the plan can be read, but not applied.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The plan, which holds temporary files until it is disposed.</returns>
    /// <exception cref="DynamoBackupException">The restore cannot be done.</exception>
    public static Task<DifferentialRestoreRun> CompareAsync(RestoreRequest request, IRunOutput output, CancellationToken cancellationToken) =>
        CompareAsync(request, new ComparisonLimits(), output, cancellationToken);

    /// <summary>Compares with other sizes than the usual ones.</summary>
    internal static async Task<DifferentialRestoreRun> CompareAsync(RestoreRequest request, ComparisonLimits limits, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        var began = Stopwatch.GetTimestamp();
        RunBudget.Check(request.WriteLimit, CapacityKind.Write);
        RestorePlanner.RequireSense(request);
        using var backup = await VerifyRun.OpenAsync(request.Source, request.Store, request.Path, output, cancellationToken);
        RestoreProof.RequireRestorable(backup.Info);
        using var connection = DynamoConnection.Open(request.Connection);
        var tables = new TableReader(connection, output);
        var definition = RestorePlanner.DefinitionOf(request, backup, output);
        var plan = await RestorePlanner.PlanAsync(request, backup, definition, tables, unfinished: null, cancellationToken);
        var table = await tables.DescribeAsync(plan.TargetTable, cancellationToken);
        var expiry = await ExpiryReport.OpenAsync(request, plan, definition, tables, cancellationToken);
        var options = new ComparisonOptions
        {
            Keeps = request.Mode switch { RestoreMode.Replace => DifferencesKept.All, RestoreMode.Supplement => DifferencesKept.Missing, _ => DifferencesKept.None },
            WorkingDirectory = request.WorkingDirectory,
            Expiry = expiry.Check,
            Limits = limits,
        };
        var comparison = await TableComparison.RunAsync(backup, connection, table, plan.TargetTable, options, output, cancellationToken);
        return new DifferentialRestoreRun(request, Complete(plan, request, comparison.Counts, table), comparison, table, expiry, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Writes what differs.</summary>
    /// <param name="output">Where the run tells what it does; where verification finds a difference, it gets that error beside the result.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DynamoBackupException">The restore failed; its message says what was written and deleted.</exception>
    public Task<TableRestore> ApplyAsync(IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        return RunTimeout.RunAsync(
            _request.Timeout, $"The restore into '{Plan.TargetTable}'", "What was written and deleted stays so: run the same command again to do what is left, with more time or more write capacity.",
            Plan.TargetTable, output, WriteAsync, cancellationToken);
    }

    private async Task<TableRestore> WriteAsync(IRunOutput output, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        using var backup = await VerifyRun.OpenAsync(_request.Source, _request.Store, _request.Path, output, cancellationToken);
        using var connection = DynamoConnection.Open(_request.Connection);
        using var held = RestoreSession.LockTable(_request, Plan.TargetTable, backup, connection, output);
        var budget = RunBudget.For(_request.WriteLimit, CapacityKind.Write, Plan.TargetTable, _table.Table, output);
        using var writes = new DifferenceWrites(_request, backup, connection, _table, _comparison, budget, output, Plan.TargetTable);
        var done = await writes.RunAsync(cancellationToken);
        _findings.AddRange(done.Findings(Plan.TargetTable));
        var counts = _comparison.Counts;
        var unchanged = counts.Same + done.AlreadySo;
        var skipped = (Plan.Mode == RestoreMode.Supplement ? counts.Different : 0) + done.LeftAlone;
        if (_comparison.Digest.Count != done.Written + unchanged + skipped)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"Of {_comparison.Digest.Count:N0} items of the backup, {done.Written:N0} were written, {unchanged:N0} unchanged and {skipped:N0} skipped.", Plan.TargetTable);
        output.Verbose($"Wrote {done.Written:N0} items and deleted {done.Deleted:N0}; {unchanged:N0} were left as they are.");
        if (Plan.Mode == RestoreMode.Supplement && counts.Different > 0)
            _findings.Add(Skipped($"{counts.Different:N0} items that the table holds otherwise than the backup were left as they are.", "To have them as in the backup, restore with -Mode Overwrite or Replace."));
        var verified = _request.Verify ? await VerifyAsync(backup, connection, writes, output, cancellationToken) : (bool?)null;
        _expiry.Tell(_findings, output);
        return new TableRestore
        {
            TableName = Plan.TargetTable,
            BackupId = backup.Info.Id,
            BackupIds = [backup.Info.Id],
            Location = backup.Info.Location,
            Mode = Plan.Mode,
            ItemsRead = _comparison.Digest.Count,
            Written = done.Written,
            Deleted = done.Deleted,
            Unchanged = unchanged,
            Skipped = skipped,
            ContentDigest = _comparison.Digest.ToString(),
            ExpiredItems = _expiry.Count,
            Verified = verified,
            Duration = _compared + Stopwatch.GetElapsedTime(began),
            Findings = _findings,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _comparison.Dispose();

    private static RestorePlan Complete(RestorePlan plan, RestoreRequest request, DifferenceCounts counts, TableDefinition table)
    {
        if (plan.Mode == RestoreMode.Overwrite)
            return plan with { Difference = counts.ToContract() };
        var once = counts.MissingUnits + (plan.Mode == RestoreMode.Replace ? counts.DifferentUnits + counts.ExtraUnits : 0);
        var units = once * (1 + TableCapacity.IndexesOf(table.Table));
        var (duration, basis) = PlanTime.Of(units, request.WriteLimit, CapacityKind.Write, plan.TargetTable, table.Table);
        return plan with { Difference = counts.ToContract(), WriteUnits = units, Duration = duration, Basis = basis };
    }

    private Finding Skipped(string detail, string fix) => new(FindingSeverity.Information, FindingKind.ItemsSkipped, Plan.TargetTable, detail, fix);

    private async Task<bool> VerifyAsync(OpenedBackup backup, DynamoConnection connection, DifferenceWrites writes, IRunOutput output, CancellationToken cancellationToken)
    {
        var drift = new TableDrift(Plan.TargetTable, backup, _findings, output);
        if (Plan.Mode == RestoreMode.Supplement)
            return await writes.FindDriftAsync(backup, cancellationToken) is not { } difference || drift.Differs(difference);
        return await drift.IsExpectedAsync(connection, _comparison.Digest, "the backup", cancellationToken);
    }
}

using System.Diagnostics;
using DynamoBackup.Aws;
using DynamoBackup.Items;
using DynamoBackup.Load;
using DynamoBackup.Manifests;
using DynamoBackup.Scan;
using DynamoBackup.Segments;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>
/// Restores one backup into one table: prove the backup's bytes, create the table where it must be, load the items, put back what comes after
/// them, prove the result. Nothing is written before the whole backup has passed level Checksum (Content, where it has no digest of its own); a table that this run created and
/// could not fill is deleted again, but for one with <see cref="RestoreRequest.Resume"/>, which leaves it to be continued.
/// </summary>
public sealed class RestoreRun
{
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromMinutes(2);

    /// <summary>How long CreateTable's answer is waited for after a cancellation: without it, no one knows whether there is a table to delete.</summary>
    private static readonly TimeSpan CreatePatience = TimeSpan.FromSeconds(15);

    private readonly RestoreRequest _request;
    private readonly RestorePlan _plan;
    private readonly IRunOutput _output;
    private readonly OpenedBackup _backup;
    private readonly TableDefinition? _definition;
    private readonly DynamoConnection _connection;
    private readonly RestoreSession _session;
    private readonly ItemSelection? _selection;
    private readonly List<Finding> _findings = [];

    private RestoreRun(RestoreRequest request, RestorePlan plan, IRunOutput output, OpenedBackup backup, DynamoConnection connection, RestoreSession session)
    {
        _request = request;
        _plan = plan;
        _output = output;
        _backup = backup;
        _definition = RestorePlanner.DefinitionOf(request, backup, output);
        _connection = connection;
        _session = session;
        _selection = ItemSelection.For(request, _definition?.Key);
    }

    /// <summary>Finds out what a restore would do, by reading only.</summary>
    /// <param name="request">What to restore, where to and how.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The plan, for <see cref="RunAsync(RestoreRequest, RestorePlan, IRunOutput, CancellationToken)"/>.</returns>
    /// <exception cref="DynamoBackupException">The restore cannot be done.</exception>
    public static async Task<RestorePlan> PlanAsync(RestoreRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        RunBudget.Check(request.WriteLimit, CapacityKind.Write);
        RestorePlanner.RequireSense(request);
        if (DifferentialRestoreRun.IsFor(request.Mode))
        {
            using var comparison = await DifferentialRestoreRun.CompareAsync(request, output, cancellationToken);
            return comparison.Plan;
        }

        using var backup = await VerifyRun.OpenAsync(request.Source, request.Store, request.Path, output, cancellationToken);
        RestoreProof.RequireRestorable(backup.Info);
        return await PlanOfAsync(request, backup, output, cancellationToken);
    }

    /// <summary>Finds out what a restore of a backup would do, by a look at the target.</summary>
    internal static async Task<RestorePlan> PlanOfAsync(RestoreRequest request, OpenedBackup backup, IRunOutput output, CancellationToken cancellationToken)
    {
        RunBudget.Check(request.WriteLimit, CapacityKind.Write);
        RestorePlanner.RequireSense(request);
        var definition = RestorePlanner.DefinitionOf(request, backup, output);
        using var connection = DynamoConnection.Open(request.Connection);
        return await RestorePlanner.PlanAsync(request, backup, definition, new TableReader(connection, output), RestoreSession.Find(request, backup, connection, output), cancellationToken);
    }

    /// <summary>Restores.</summary>
    /// <param name="request">What to restore, where to and how.</param>
    /// <param name="plan">What <see cref="PlanAsync"/> found.</param>
    /// <param name="output">Where the run tells what it does; where verification finds a difference, it gets that error beside the result.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DynamoBackupException">The restore failed; its message says what was written.</exception>
    public static async Task<TableRestore> RunAsync(RestoreRequest request, RestorePlan plan, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(output);
        if (DifferentialRestoreRun.IsFor(request.Mode))
        {
            using var comparison = await DifferentialRestoreRun.CompareAsync(request, output, cancellationToken);
            return await comparison.ApplyAsync(output, cancellationToken);
        }

        return await RunTimeout.RunAsync(
            request.Timeout, $"The restore into '{plan.TargetTable}'", ConsequenceOfTimeout(request, plan), plan.TargetTable, output,
            async (watched, cancellation) =>
            {
                using var backup = await VerifyRun.OpenAsync(request.Source, request.Store, request.Path, watched, cancellation);
                // It was sound when the plan was made; it may have been damaged, or its place have become unreachable, since.
                RestoreProof.RequireRestorable(backup.Info);
                using var connection = DynamoConnection.Open(request.Connection);
                using var session = RestoreSession.Open(request, plan, backup, connection, watched);
                try
                {
                    return await new RestoreRun(request, plan, watched, backup, connection, session).RunAsync(cancellation);
                }
                catch when (!request.Resume)
                {
                    session.Forget();
                    throw;
                }
            },
            cancellationToken);
    }

    private static string ConsequenceOfTimeout(RestoreRequest request, RestorePlan plan) => request.Resume
        ? "What has been written is left there; the same command goes on from there."
        : plan.CreatesTable
            ? "A table that the run had created and not filled is deleted again; a warning says so. Give it more time, or more write capacity."
            : $"Items that were written to '{plan.TargetTable}' are still there: run the same command again to write them all, with more time or more write capacity.";

    private async Task<TableRestore> RunAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        var proved = await ProveAsync(cancellationToken);
        if (_plan.CreatesTable && _selection?.Keys is { } keys)
            await KeySearch.RequireAnyAsync(_backup, keys, $"the table '{_plan.TargetTable}' was not created", cancellationToken);
        var isOwnTable = _plan.CreatesTable || _session.CreatedTable;
        var provisioner = isOwnTable ? CreateProvisioner(_definition!) : null;
        var expiry = await ExpiryReport.OpenAsync(_request, _plan with { CreatesTable = isOwnTable }, _definition, new TableReader(_connection, _output, patient: true), cancellationToken);
        var loaded = await FillTableAsync(proved, provisioner, expiry.Check, cancellationToken);
        _selection?.Keys?.TellMissing(_backup.Info, _output);
        var read = _selection?.Read ?? loaded;
        // Verified before time to live is on again: what it deletes would look like a difference.
        var verified = _request.Verify ? await VerifyAsync(loaded, cancellationToken) : (bool?)null;
        if (provisioner is not null)
        {
            await provisioner.FinishAsync(cancellationToken);
            _findings.AddRange(provisioner.Findings);
        }

        expiry.Tell(_findings, _output);
        _session.Forget();
        return new TableRestore
        {
            TableName = _plan.TargetTable,
            BackupId = _backup.Info.Id,
            BackupIds = [_backup.Info.Id],
            Location = _backup.Info.Location,
            Mode = _plan.Mode,
            ItemsRead = read.Count,
            Written = loaded.Count,
            Skipped = read.Count - loaded.Count,
            ContentDigest = loaded.ToString(),
            ExpiredItems = expiry.Count,
            Verified = verified,
            Duration = Stopwatch.GetElapsedTime(began),
            Findings = _findings,
        };
    }

    /// <summary>Proves the backup before anything is written.</summary>
    /// <returns>The digest of its items: the recorded one, or that of the items as they are now; null where there is none and nothing was to be proved.</returns>
    private async Task<ContentDigest?> ProveAsync(CancellationToken cancellationToken)
    {
        if (_request.SkipVerification)
        {
            _output.Verbose($"Backup {_backup.Info.Id} is not tested before its items are written (-SkipVerification): each file is checked as it is read.");
            return ContentDigest.TryParse(_backup.Info.ContentDigest, out var unproved) ? unproved : null;
        }

        // Without a definition of its own, a backup's items may have another key than the table.
        if (_request.TableDefinition is null && _definition is not null && ContentDigest.TryParse(_backup.Info.ContentDigest, out var recorded))
        {
            await RestoreProof.RequireBytesAsync(_backup, _output, cancellationToken);
            return recorded;
        }

        var table = _plan.CreatesTable ? _definition! : await new TableReader(_connection, _output).DescribeAsync(_plan.TargetTable, cancellationToken);
        return await RestoreProof.RequireItemsForAsync(_backup, table, _plan.TargetTable, _output, cancellationToken);
    }

    private TableProvisioner CreateProvisioner(TableDefinition definition)
    {
        var changes = new BlueprintChanges(_request.Overrides, _request.ExcludedSettings);
        var blueprint = changes.Apply(TableBlueprint.Of(definition));
        if (changes.Done.Count > 0)
            _output.Verbose($"The new table '{_plan.TargetTable}' differs from the backup's on request: {string.Join("; ", changes.Done)}.");
        TellNotRead((definition.Recorded.NotRead ?? []).Where(setting => setting is { MayMatter: true, Setting: not null } && !blueprint.OnRequest.Contains(setting.Setting)).ToList());
        return new TableProvisioner(_connection, _plan.TargetTable, blueprint, _output);
    }

    /// <summary>What the backup does not hold cannot be put back, and no comparison would notice.</summary>
    private void TellNotRead(IReadOnlyList<SidecarNotRead> settings)
    {
        if (settings.Count == 0)
            return;
        _findings.AddRange(settings.Select(setting => setting.ToFinding(_plan.TargetTable)));
        _output.Warning($"The backup does not hold all settings of its table, so '{_plan.TargetTable}' goes without: {SidecarNotRead.Summarize(settings)}. The findings tell more.");
    }

    private async Task<ContentDigest> FillTableAsync(ContentDigest? proved, TableProvisioner? provisioner, ExpiryCheck? expiry, CancellationToken cancellationToken)
    {
        var created = _session.CreatedTable;
        try
        {
            if (_plan.CreatesTable)
            {
                _session.NoteCreating();
                await CreateAsync(provisioner!, cancellationToken);
                created = true;
            }

            if (provisioner is not null)
                await provisioner.WaitUntilActiveAsync(cancellationToken);
            _session.NoteTable(await new TableReader(_connection, _output, patient: true).DescribeAsync(_plan.TargetTable, cancellationToken));
            return await LoadAsync(proved, expiry, cancellationToken);
        }
        catch (Exception exception) when (_request.Resume && exception is not DynamoBackupException { Code: BackupErrorCode.AccountingMismatch or BackupErrorCode.BackupDamaged })
        {
            _session.Keep();
            if (exception is DynamoBackupException failure)
                throw new DynamoBackupException(failure.Code, $"{failure.Message} What has been written to '{_plan.TargetTable}' is left there; the same command goes on from there.", _plan.TargetTable, failure);
            throw;
        }
        catch (Exception exception) when (created)
        {
            _session.Forget();
            var deleted = await TryDeleteAsync(provisioner!);
            if (exception is DynamoBackupException failure)
                throw new DynamoBackupException(failure.Code, $"{failure.Message} {deleted}", _plan.TargetTable, failure);
            // A cancelled run says no more; what it could not take away must be told all the same.
            _output.Warning(deleted);
            throw;
        }
    }

    private async Task CreateAsync(TableProvisioner provisioner, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var patience = new CancellationTokenSource();
        await using var cancelled = cancellationToken.Register(() => patience.CancelAfter(CreatePatience));
        try
        {
            await provisioner.CreateAsync(patience.Token);
        }
        catch (DynamoBackupException failure) when (failure.Code == BackupErrorCode.EndpointUnreachable)
        {
            throw new DynamoBackupException(failure.Code, $"{failure.Message} {NotKnown}", _plan.TargetTable, failure);
        }
        catch (OperationCanceledException)
        {
            _output.Warning(NotKnown);
            throw;
        }
    }

    private string NotKnown => $"Whether the table '{_plan.TargetTable}' was created is not known; if it is there, it is empty: delete it by hand.";

    private async Task<ContentDigest> LoadAsync(ContentDigest? proved, ExpiryCheck? expiry, CancellationToken cancellationToken)
    {
        var meter = new ProgressMeter(_output, _plan.TargetTable, "Writing", _selection is null ? _backup.Info.ItemCount : null, null);
        using var loader = new TableLoader(_connection, _plan.TargetTable, _output, await BudgetAsync(cancellationToken)) { Expiry = expiry, Ledger = _selection is null ? _session.Ledger : null, Selection = _selection };
        ContentDigest loaded;
        long written;
        try
        {
            (loaded, written) = await loader.RunAsync(_backup.Store, _backup.Files, meter, cancellationToken);
        }
        catch (DynamoBackupException failure) when (!_plan.CreatesTable && !_request.Resume)
        {
            throw new DynamoBackupException(failure.Code, $"{failure.Message} {meter.Items:N0} of {_backup.Info.ItemCount:N0} items had been written to '{_plan.TargetTable}'; run the same command again to write them all.", _plan.TargetTable, failure);
        }

        var read = _selection?.Read ?? loaded;
        if (loaded.Count != written || read.Count != _backup.Info.ItemCount)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"The backup records {_backup.Info.ItemCount:N0} items; {read.Count:N0} were read, {loaded.Count:N0} were to be written and {written:N0} were written.", _plan.TargetTable);
        if (proved is not null && !proved.Equals(read))
            throw new DynamoBackupException(BackupErrorCode.BackupDamaged, "The items that were read are not those that were backed up, though every checksum agrees. Run Test-DynamoBackup -Level Content.", _plan.TargetTable);
        var before = _session.Ledger?.Before ?? 0;
        _output.Verbose(_plan.Continues
            ? $"Read {written:N0} items: {before:N0} of them, in {_session.FilesBefore:N0} files, had been written before, {written - before:N0} were written now."
            : $"Read {read.Count:N0} and wrote {written:N0} items.");
        return loaded;
    }

    private async Task<CapacityBudget?> BudgetAsync(CancellationToken cancellationToken)
    {
        // A share is one of what the table has now: one that was just created may have been given other capacity than the backup's had.
        var table = _request.WriteLimit?.Percent is null ? null : await new TableReader(_connection, _output, patient: true).DescribeAsync(_plan.TargetTable, cancellationToken);
        return RunBudget.For(_request.WriteLimit, CapacityKind.Write, _plan.TargetTable, table?.Table, _output);
    }

    private Task<bool> VerifyAsync(ContentDigest loaded, CancellationToken cancellationToken) => _plan.Mode == RestoreMode.Overwrite
        ? VerifyKeysAsync(cancellationToken)
        : VerifyWholeTableAsync(loaded, cancellationToken);

    private async Task<bool> VerifyWholeTableAsync(ContentDigest loaded, CancellationToken cancellationToken)
    {
        var meter = new ProgressMeter(_output, _plan.TargetTable, "Verifying", loaded.Count, null);
        var plan = new ScanPlan(_plan.TargetTable, ScanPlan.DefaultSegments(_backup.ItemBytesEstimate), ConsistentRead: true);
        var live = await TableDigest.ComputeAsync(_connection, plan, _output, meter, cancellationToken);
        return live.Equals(loaded) || Differs($"The table holds {live.Count:N0} items with digest {live}, {(_selection is null ? "the backup" : "written were")} {loaded.Count:N0} with {loaded}.");
    }

    private async Task<bool> VerifyKeysAsync(CancellationToken cancellationToken)
    {
        var table = await new TableReader(_connection, _output, patient: true).DescribeAsync(_plan.TargetTable, cancellationToken);
        var meter = new ProgressMeter(_output, _plan.TargetTable, "Verifying", _backup.Info.ItemCount, null);
        var parts = new ReadBack[_backup.Files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, parts.Length, options, async (index, cancellation) =>
        {
            var part = parts[index] = new ReadBack(_connection, _plan.TargetTable, table.Key, _output);
            var file = _backup.Files[index];
            await foreach (var item in _selection?.ReadChosenAsync(_backup.Store, file, cancellation) ?? ItemSource.ReadAsync(_backup.Store, file, cancellation))
            {
                await part.AddAsync(item, cancellation);
                meter.Add(1, item.Json.Length);
            }

            await part.FlushAsync(cancellation);
        });

        var (missing, different) = (parts.Sum(part => part.Missing), parts.Sum(part => part.Different));
        if (missing + different == 0)
            return true;
        var first = parts.Select(part => part.FirstFault).First(fault => fault is not null);
        return Differs($"Of the backup's items, the table lacks {missing:N0} and holds {different:N0} otherwise; the first has the key {first}.");
    }

    private bool Differs(string detail)
    {
        const string Fix = "Something else writes to the table; stop it, then run the restore again.";
        _findings.Add(new Finding(FindingSeverity.Error, FindingKind.LiveDiffers, _plan.TargetTable, detail, Fix));
        _output.Error(new DynamoBackupException(BackupErrorCode.VerificationFailed, $"Table '{_plan.TargetTable}' is not what backup {_backup.Info.Id} holds: {detail} {Fix}", _plan.TargetTable));
        return false;
    }

    /// <summary>Deletes the table that this run created, also where the run was cancelled.</summary>
    private async Task<string> TryDeleteAsync(TableProvisioner provisioner)
    {
        using var patience = new CancellationTokenSource(CleanUpPatience);
        try
        {
            await provisioner.WaitUntilActiveAsync(patience.Token);
            await provisioner.DeleteAsync(patience.Token);
            return $"The table '{_plan.TargetTable}', which this restore had created, was deleted again.";
        }
        catch (Exception exception) when (exception is DynamoBackupException or OperationCanceledException)
        {
            return $"The table '{_plan.TargetTable}', which this restore had created, holds only a part of the items and could not be deleted ({exception.Message}): delete it by hand.";
        }
    }
}

using System.Diagnostics;
using DynamoBackup.Aws;
using DynamoBackup.Items;
using DynamoBackup.Load;
using DynamoBackup.Manifests;
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
    private readonly RestoreWork _work;
    private readonly RestoreRequest _request;
    private readonly RestorePlan _plan;
    private readonly IRunOutput _output;
    private readonly OpenedBackup _backup;
    private readonly RestoreSession _session;

    private RestoreRun(RestoreWork work)
    {
        _work = work;
        _request = work.Request;
        _plan = work.Plan;
        _output = work.Output;
        _backup = work.Backup;
        _session = work.Session;
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
                    return await new RestoreRun(new RestoreWork(request, plan, backup, connection, session, watched)).RunAsync(cancellation);
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
        if (_plan.CreatesTable && _work.Selection?.Keys is { } keys)
            await KeySearch.RequireAnyAsync(_backup, keys, $"the table '{_plan.TargetTable}' was not created", cancellationToken);
        var isOwnTable = _plan.CreatesTable || _session.CreatedTable;
        var created = isOwnTable ? new NewTable(_work, _work.Definition!) : null;
        var expiry = await ExpiryReport.OpenAsync(_request, _plan with { CreatesTable = isOwnTable }, _work.Definition, new TableReader(_work.Connection, _output, patient: true), cancellationToken);
        var loaded = await FillTableAsync(proved, created, expiry.Check, cancellationToken);
        _work.Selection?.Keys?.TellMissing(_backup.Info, _output);
        var read = _work.Selection?.Read ?? loaded;
        // Verified before time to live is on again: what it deletes would look like a difference.
        var verified = _request.Verify ? await new RestoreVerification(_work).RunAsync(loaded, cancellationToken) : (bool?)null;
        if (created is not null)
            await created.FinishAsync(cancellationToken);
        expiry.Tell(_work.Findings, _output);
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
            Findings = _work.Findings,
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
        if (_request.TableDefinition is null && _work.Definition is not null && ContentDigest.TryParse(_backup.Info.ContentDigest, out var recorded))
        {
            await RestoreProof.RequireBytesAsync(_backup, _output, cancellationToken);
            return recorded;
        }

        var table = _plan.CreatesTable ? _work.Definition! : await new TableReader(_work.Connection, _output).DescribeAsync(_plan.TargetTable, cancellationToken);
        return await RestoreProof.RequireItemsForAsync(_backup, table, _plan.TargetTable, _output, cancellationToken);
    }

    private async Task<ContentDigest> FillTableAsync(ContentDigest? proved, NewTable? table, ExpiryCheck? expiry, CancellationToken cancellationToken)
    {
        var isCreated = _session.CreatedTable;
        try
        {
            if (_plan.CreatesTable)
            {
                _session.NoteCreating();
                await table!.CreateAsync(cancellationToken);
                isCreated = true;
            }

            if (table is not null)
                await table.WaitUntilActiveAsync(cancellationToken);
            _session.NoteTable(await _work.DescribeTargetAsync(cancellationToken));
            return await new RestoreLoad(_work).RunAsync(proved, expiry, cancellationToken);
        }
        catch (Exception exception) when (_request.Resume && exception is not DynamoBackupException { Code: BackupErrorCode.AccountingMismatch or BackupErrorCode.BackupDamaged })
        {
            _session.Keep();
            if (exception is DynamoBackupException failure)
                throw new DynamoBackupException(failure.Code, $"{failure.Message} What has been written to '{_plan.TargetTable}' is left there; the same command goes on from there.", _plan.TargetTable, failure);
            throw;
        }
        catch (Exception exception) when (isCreated)
        {
            _session.Forget();
            var deleted = await table!.TryDeleteAsync();
            if (exception is DynamoBackupException failure)
                throw new DynamoBackupException(failure.Code, $"{failure.Message} {deleted}", _plan.TargetTable, failure);
            // A cancelled run says no more; what it could not take away must be told all the same.
            _output.Warning(deleted);
            throw;
        }
    }
}

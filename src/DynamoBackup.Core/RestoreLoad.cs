using DynamoBackup.Aws;
using DynamoBackup.Load;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>Writes a restore's items, and holds what was read to what was proved.</summary>
/// <param name="work">The restore.</param>
internal sealed class RestoreLoad(RestoreWork work)
{
    private readonly RestorePlan _plan = work.Plan;
    private readonly BackupInfo _backup = work.Backup.Info;

    /// <summary>Writes the items.</summary>
    /// <param name="proved">The digest that they have to have; null where there is none.</param>
    /// <param name="expiry">Told of each item; null where none expires.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The digest of what was written.</returns>
    /// <exception cref="DynamoBackupException">Items could not be written, or are not those that were backed up.</exception>
    public async Task<ContentDigest> RunAsync(ContentDigest? proved, ExpiryCheck? expiry, CancellationToken cancellationToken)
    {
        var (selection, ledger) = (work.Selection, work.Selection is null ? work.Session.Ledger : null);
        var meter = new ProgressMeter(work.Output, _plan.TargetTable, "Writing", selection is null ? _backup.ItemCount : null, null);
        using var loader = new TableLoader(work.Connection, _plan.TargetTable, work.Output, await BudgetAsync(cancellationToken)) { Expiry = expiry, Ledger = ledger, Selection = selection };
        ContentDigest loaded;
        long written;
        try
        {
            (loaded, written) = await loader.RunAsync(work.Backup.Store, work.Backup.Files, meter, cancellationToken);
        }
        catch (DynamoBackupException failure) when (!_plan.CreatesTable && !work.Request.Resume)
        {
            throw new DynamoBackupException(failure.Code, $"{failure.Message} {meter.Items:N0} of {_backup.ItemCount:N0} items had been written to '{_plan.TargetTable}'; run the same command again to write them all.", _plan.TargetTable, failure);
        }

        RequireAll(proved, selection?.Read ?? loaded, loaded, written);
        return loaded;
    }

    private void RequireAll(ContentDigest? proved, ContentDigest read, ContentDigest loaded, long written)
    {
        if (loaded.Count != written || read.Count != _backup.ItemCount)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"The backup records {_backup.ItemCount:N0} items; {read.Count:N0} were read, {loaded.Count:N0} were to be written and {written:N0} were written.", _plan.TargetTable);
        if (proved is not null && !proved.Equals(read))
            throw new DynamoBackupException(BackupErrorCode.BackupDamaged, "The items that were read are not those that were backed up, though every checksum agrees. Run Test-DynamoBackup -Level Content.", _plan.TargetTable);
        var before = work.Session.Ledger?.Before ?? 0;
        work.Output.Verbose(_plan.Continues
            ? $"Read {written:N0} items: {before:N0} of them, in {work.Session.FilesBefore:N0} files, had been written before, {written - before:N0} were written now."
            : $"Read {read.Count:N0} and wrote {written:N0} items.");
    }

    private async Task<CapacityBudget?> BudgetAsync(CancellationToken cancellationToken)
    {
        // A share is one of what the table has now: one that was just created may have been given other capacity than the backup's had.
        var table = work.Request.WriteLimit?.Percent is null ? null : await work.DescribeTargetAsync(cancellationToken);
        return RunBudget.For(work.Request.WriteLimit, CapacityKind.Write, _plan.TargetTable, table?.Table, work.Output);
    }
}

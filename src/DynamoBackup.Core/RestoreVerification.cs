using DynamoBackup.Load;
using DynamoBackup.Scan;
using DynamoBackup.Segments;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>Proves that a table holds what a restore has written: by its digest, or key by key where it held items before.</summary>
/// <param name="work">The restore.</param>
internal sealed class RestoreVerification(RestoreWork work)
{
    private readonly string _table = work.Plan.TargetTable;

    /// <summary>Reads the table back.</summary>
    /// <param name="loaded">The digest of what was written.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>False where there is a difference, which is told as an error and a finding.</returns>
    public Task<bool> RunAsync(ContentDigest loaded, CancellationToken cancellationToken) => work.Plan.Mode == RestoreMode.Overwrite
        ? ReadKeysAsync(cancellationToken)
        : ReadWholeTableAsync(loaded, cancellationToken);

    private async Task<bool> ReadWholeTableAsync(ContentDigest loaded, CancellationToken cancellationToken)
    {
        var meter = new ProgressMeter(work.Output, _table, "Verifying", loaded.Count, null);
        var plan = new ScanPlan(_table, ScanPlan.DefaultSegments(work.Backup.ItemBytesEstimate), ConsistentRead: true);
        var live = await TableDigest.ComputeAsync(work.Connection, plan, work.Output, meter, cancellationToken);
        return live.Equals(loaded) || Differs($"The table holds {live.Count:N0} items with digest {live}, {(work.Selection is null ? "the backup" : "written were")} {loaded.Count:N0} with {loaded}.");
    }

    private async Task<bool> ReadKeysAsync(CancellationToken cancellationToken)
    {
        var (backup, selection) = (work.Backup, work.Selection);
        var table = await work.DescribeTargetAsync(cancellationToken);
        var meter = new ProgressMeter(work.Output, _table, "Verifying", backup.Info.ItemCount, null);
        var parts = new ReadBack[backup.Files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, parts.Length, options, async (index, cancellation) =>
        {
            var part = parts[index] = new ReadBack(work.Connection, _table, table.Key, work.Output);
            var file = backup.Files[index];
            await foreach (var item in selection?.ReadChosenAsync(backup.Store, file, cancellation) ?? ItemSource.ReadAsync(backup.Store, file, cancellation))
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
        work.Findings.Add(new Finding(FindingSeverity.Error, FindingKind.LiveDiffers, _table, detail, Fix));
        work.Output.Error(new DynamoBackupException(BackupErrorCode.VerificationFailed, $"Table '{_table}' is not what backup {work.Backup.Info.Id} holds: {detail} {Fix}", _table));
        return false;
    }
}

using DynamoBackup.Load;
using DynamoBackup.Segments;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>Proves that a table holds what a restore has written: by its digest, or key by key where it held items before.</summary>
/// <param name="work">The restore.</param>
internal sealed class RestoreVerification(RestoreWork work)
{
    private readonly string _table = work.Plan.TargetTable;
    private readonly TableDrift _drift = new(work.Plan.TargetTable, work.Backup, work.Findings, work.Output);

    /// <summary>Reads the table back.</summary>
    /// <param name="loaded">The digest of what was written.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>False where there is a difference, which is told as an error and a finding.</returns>
    public Task<bool> RunAsync(ContentDigest loaded, CancellationToken cancellationToken) => work.Plan.Mode == RestoreMode.Overwrite
        ? ReadKeysAsync(cancellationToken)
        : _drift.IsExpectedAsync(work.Connection, loaded, work.Selection is null ? "the backup" : "written were", cancellationToken);

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
        return _drift.Differs($"Of the backup's items, the table lacks {missing:N0} and holds {different:N0} otherwise; the first has the key {first}.");
    }
}

using DynamoBackup.Manifests;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>Reads the increments for the first time: proves them whole, and finds each key's last change.</summary>
/// <param name="input">What is replayed.</param>
/// <param name="key">The table's key.</param>
/// <param name="winners">Receives the last changes.</param>
/// <param name="meter">Told how far it is.</param>
internal sealed class ChangeReading(ReplayInput input, IReadOnlyList<KeyAttribute> key, WinnerTable winners, ProgressMeter meter)
{
    private const long MicrosPerSecond = 1_000_000;

    private readonly KeyCheck _check = CheckOf(input, key);
    private readonly long _lastSecond = input.AtUtc is { } at ? (long)(at - DateTime.UnixEpoch).TotalSeconds : long.MaxValue;
    private long _changes;
    private long _late;
    private long _expired;

    /// <summary>Changes read.</summary>
    public long Changes => _changes;

    /// <summary>Changes after the instant.</summary>
    public long Late => _late;

    /// <summary>Deletions by time to live that were left out.</summary>
    public long Expired => _expired;

    /// <summary>How keys of changes are checked. Which attribute of a key that was read off the changes is the longer one, no one knows.</summary>
    public static KeyCheck CheckOf(ReplayInput input, IReadOnlyList<KeyAttribute> key) => input.Key is null ? new KeyCheck([], key) : new KeyCheck(key);

    /// <summary>Reads the table's key off the first change.</summary>
    /// <returns>The key; null where there is no change.</returns>
    public static async Task<IReadOnlyList<KeyAttribute>?> FindKeyAsync(ReplayInput input, CancellationToken cancellationToken)
    {
        foreach (var increment in input.Increments)
        {
            foreach (var file in increment.Files.Where(file => file.ItemCount > 0))
            {
                IReadOnlyList<KeyAttribute>? key = null;
                await new ChangeFile(increment, file).ReadAsync((line, in change, _) => key ??= ChangeKeys.KeyOf(line, change), null, cancellationToken);
                return key;
            }
        }

        return null;
    }

    /// <summary>Reads all increments, one after another; the files of one side by side.</summary>
    /// <exception cref="DynamoBackupException">An increment is damaged, or does not fit the table's key.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        for (var ordinal = 0; ordinal < input.Increments.Count; ordinal++)
        {
            var (increment, place) = (input.Increments[ordinal], ordinal);
            var lineage = increment.Sidecar is null ? null : new ShardLineage(increment.Sidecar.Stream, increment.Info);
            var digests = new ContentDigest[increment.Files.Count];
            await Parallel.ForAsync(0, digests.Length, options, async (index, cancellation) =>
            {
                var file = new ChangeFile(increment, increment.Files[index]);
                digests[index] = await file.ReadAsync(Tap(file, lineage, place, index), null, cancellation);
                meter.Add(digests[index].Count, increment.Files[index].StoredBytes ?? 0);
            });
            Compare(increment, digests);
        }
    }

    private ChangeTap Tap(ChangeFile file, ShardLineage? lineage, int ordinal, int index)
    {
        var keys = new ChangeKeys(key, _check);
        return (line, in change, number) =>
        {
            var hash = keys.Read(line, change);
            if (keys.Misfit is { } misfit)
                throw file.Damaged($"line {number}: {misfit.TrimEnd('.')}", null, BackupErrorCode.KeySchemaMismatch);
            Interlocked.Increment(ref _changes);
            var place = lineage is null ? default : ChangePlace.Of(line, change, lineage);
            // An export by AWS holds the state at its end: there is nothing in it that could be left out.
            if (lineage is not null && change.WriteTimestampMicros / MicrosPerSecond > _lastSecond)
                Interlocked.Increment(ref _late);
            else if (input.ExcludeTtlDelete && change is { IsTtlDelete: true, IsPut: false })
                Interlocked.Increment(ref _expired);
            else if (!winners.Offer(new Winner(hash, ordinal, place, index, number, change.IsPut)))
                throw file.Damaged($"line {number}: {(lineage is null ? "the export holds another change of the same item" : "the backup holds the same change twice")}");
        };
    }

    private static void Compare(OpenedBackup increment, ContentDigest[] digests)
    {
        var whole = new ContentDigest();
        foreach (var digest in digests)
            whole.Add(digest);
        if (whole.Count == increment.Info.ItemCount && (!ContentDigest.TryParse(increment.Info.ContentDigest, out var recorded) || recorded.Equals(whole)))
            return;
        throw new DynamoBackupException(
            BackupErrorCode.BackupDamaged,
            $"Backup {increment.Info.Id} cannot be replayed: its {whole.Count:N0} changes have the digest {whole}, recorded are {increment.Info.ItemCount:N0} with {increment.Info.ContentDigest ?? "none"}. Use another copy of this backup, or restore an instant before it.",
            increment.Info.TableName);
    }
}

using DynamoBackup.Manifests;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>
/// Reads those files of the increments again that hold last changes, checks them again, and passes the new images on. Which files are read one after another into one group depends on the
/// backups alone.
/// </summary>
/// <param name="input">What is replayed.</param>
/// <param name="key">The table's key.</param>
/// <param name="winners">The last changes.</param>
/// <param name="target">Receives the items.</param>
/// <param name="meter">Told how far it is.</param>
internal sealed class ImageReading(ReplayInput input, IReadOnlyList<KeyAttribute> key, WinnerTable winners, IReplayTarget target, ProgressMeter meter)
{
    private const int MostGroups = 8;

    private readonly KeyCheck _check = ChangeReading.CheckOf(input, key);
    private long _put;

    /// <summary>Items that were passed on.</summary>
    public long Put => _put;

    /// <summary>Reads the files.</summary>
    /// <returns>How many items there were to pass on.</returns>
    /// <exception cref="DynamoBackupException">A file is not any more what it was.</exception>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        var puts = winners.CountPuts();
        var total = puts.Values.Sum();
        var groups = new List<List<(int Increment, int File)>>();
        var before = 0L;
        foreach (var place in puts.Keys.Order())
        {
            if (groups.Count == 0 || before >= total * groups.Count / MostGroups)
                groups.Add([]);
            groups[^1].Add(place);
            before += puts[place];
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, groups.Count, options, async (group, cancellation) =>
        {
            await using var sink = await target.OpenAsync(input.Base.Files.Count + group, cancellation);
            foreach (var place in groups[group])
                await ReadAsync(input.Increments[place.Increment], place, puts[place], sink, cancellation);
            await sink.CloseAsync(cancellation);
        });
        return total;
    }

    private async Task ReadAsync(OpenedBackup increment, (int Increment, int File) place, long expected, ItemSink sink, CancellationToken cancellationToken)
    {
        var (data, keys, found) = (increment.Files[place.File], new ChangeKeys(key, _check), 0L);
        var file = new ChangeFile(increment, data);
        await file.ReadAsync(Take, sink, cancellationToken);
        if (found != expected)
            throw file.Damaged($"it holds {found:N0} last changes; when it was read before, {expected:N0}");
        Interlocked.Add(ref _put, found);
        meter.Add(data.ItemCount, data.StoredBytes ?? 0);

        void Take(ReadOnlySpan<byte> line, in ChangeLine change, long number)
        {
            if (change.NewImage is not { } image)
                return;
            var hash = keys.Read(line, change);
            if (!winners.TryFind(hash, out var winner) || !winner.IsAt(place.Increment, place.File, number))
                return;
            found++;
            sink.Take(keys.NewImage, line.Slice(image.Start, image.Length));
        }
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Checkpoints;

/// <summary>
/// Looks for the newest unfinished backup that a run may continue. In several stores the same backup may have got to different points: what
/// each segment's files have in common in all of them counts.
/// </summary>
/// <param name="stores">The stores; those that lack what others have are left out.</param>
/// <param name="wanted">The table and the parameters.</param>
/// <param name="isPosition">Whether a position is one that the scan can begin after.</param>
/// <param name="output">Told what is found and why it is not taken.</param>
internal sealed class UnfinishedSearch(StoreGroup stores, Checkpoint wanted, Func<JsonElement, bool> isPosition, IRunOutput output)
{
    private const int ParallelReads = 8;

    /// <summary>Looks.</summary>
    /// <param name="exports">The folder in which the table's backups lie.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The backup; null where there is none.</returns>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.RunInProgress"/>: a run is at work on it.</exception>
    public async Task<UnfinishedBackup?> RunAsync(string exports, CancellationToken cancellationToken)
    {
        var found = await stores.EachAsync(store => FindAsync(store, exports, cancellationToken));
        foreach (var id in found.SelectMany(place => place.Outcome).Distinct(StringComparer.Ordinal).OrderDescending(StringComparer.Ordinal))
        {
            var folder = StoreKey.Join(exports, id);
            var read = await stores.EachAsync(store => ReadAsync(store, folder, id, cancellationToken));
            var usable = read.Where(place => place.Outcome is not null).Select(place => (place.Store, Found: place.Outcome!)).ToList();
            if (usable.Count == 0)
                continue;
            foreach (var (store, copy) in usable)
                RefuseWhereHeld(store, copy, id);
            // Copies that have parted, when one destination was left out for a while: the one that is ahead is taken.
            var ahead = usable.MaxBy(place => place.Found.State.Segments!.Sum(segment => segment.Files!.Count)).Found.State.Segments!;
            usable.RemoveAll(place => !HaveOneHistory(ahead, place.Found.State.Segments!));
            LeaveOutOthers([.. usable.Select(place => place.Store)], id);
            var state = usable[0].Found.State with
            {
                Revision = usable.Max(place => place.Found.State.Revision),
                Segments = Common([.. usable.Select(place => place.Found.State.Segments!)]),
            };
            return new UnfinishedBackup(folder, state, usable.ToDictionary(place => place.Store, place => place.Found.Version));
        }

        return null;
    }

    /// <summary>The ids of backups that have a checkpoint and no summary, and are not being deleted.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(IBackupStore store, string exports, CancellationToken cancellationToken)
    {
        var ids = new List<string>();
        await foreach (var name in store.ListFoldersAsync(exports, cancellationToken))
        {
            if (BackupId.IsValid(name))
                ids.Add(name);
        }

        var unfinished = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ids, options, async (id, cancellation) =>
        {
            if (await store.FindAsync(StoreKey.Join(exports, id, BackupLayout.Checkpoint), cancellation) is not null
                && await store.FindAsync(StoreKey.Join(exports, id, BackupLayout.Summary), cancellation) is null
                && await store.FindAsync(StoreKey.Join(exports, id, BackupLayout.Deleting), cancellation) is null)
                unfinished.Add(id);
        });
        return [.. unfinished];
    }

    /// <summary>What several checkpoints of one backup have in common: each segment as far as the one that is behind.</summary>
    internal static IReadOnlyList<CheckpointSegment> Common(IReadOnlyList<IReadOnlyList<CheckpointSegment>> copies) =>
        [.. Enumerable.Range(0, copies[0].Count).Select(index => copies.Select(copy => copy[index]).MinBy(segment => (segment.Files!.Count, segment.Ended))!)];

    private static bool HaveOneHistory(IReadOnlyList<CheckpointSegment> one, IReadOnlyList<CheckpointSegment> other) =>
        one.Count == other.Count && one.Zip(other).All(pair => pair.First.Files!.Zip(pair.Second.Files!).All(files => files.First.Name == files.Second.Name));

    private async Task<Copy?> ReadAsync(IBackupStore store, string folder, string id, CancellationToken cancellationToken)
    {
        StoreVersion? found;
        try
        {
            found = await store.ReadVersionAsync(StoreKey.Join(folder, BackupLayout.Checkpoint), CheckpointJson.Limit, cancellationToken);
        }
        catch (DynamoBackupException exception) when (exception.Code is BackupErrorCode.ManifestDamaged or BackupErrorCode.UnsafePath)
        {
            return Refuse(exception.Message.TrimEnd('.'));
        }

        if (found is null)
            return null;
        var (state, fault) = CheckpointJson.Read(found.Content.Span, id);
        if (state is null)
            return Refuse($"its checkpoint {fault}");
        if (state.TableArn != wanted.TableArn)
            return Refuse($"it is of another table, {state.TableArn}");
        if (!IsSameTable(state))
            return Refuse("the table has been deleted and created again since it was begun");
        if (state.Parameters != wanted.Parameters)
            return Refuse($"it was begun with other parameters ({Spell(state.Parameters!)}; now {Spell(wanted.Parameters!)})");
        if (state.Segments!.Any(segment => segment.After is { } after && !isPosition(after)))
            return Refuse("its checkpoint has a position that is no key of the table");
        return await FindMissingFileAsync(store, folder, state, cancellationToken) is { } missing
            ? Refuse($"its data file '{missing}' is not there as it was written")
            : new Copy(state, found.Version, found.Age);

        Copy? Refuse(string why)
        {
            output.Warning($"The unfinished backup {id} at {store.Location} is not continued: {why}.");
            return null;
        }
    }

    private static async Task<string?> FindMissingFileAsync(IBackupStore store, string folder, Checkpoint state, CancellationToken cancellationToken)
    {
        var present = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var entry in store.ListAsync(StoreKey.Join(folder, BackupLayout.DataFolder), cancellationToken))
            present[entry.Key] = entry.Length;
        return state.Segments!.SelectMany(segment => segment.Files!)
            .FirstOrDefault(file => !present.TryGetValue(StoreKey.Join(folder, file.Name!), out var length) || length != file.StoredBytes)?.Name;
    }

    private static void RefuseWhereHeld(IBackupStore store, Copy copy, string id)
    {
        if (LeaseHolder.RemainingOf(copy.State.Lease, copy.Age) is not { } remaining)
            return;
        var until = (DateTimeOffset.UtcNow + remaining).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        throw new DynamoBackupException(
            BackupErrorCode.RunInProgress,
            $"The unfinished backup {id} at {store.Location} is being made: {LeaseHolder.Describe(copy.State.Lease!)} holds it until {until}, and longer while it lives. Let it end; where it is dead, run the command again after that time. Without -Resume a new backup begins at once.",
            store.Location);
    }

    private void LeaveOutOthers(HashSet<IBackupStore> having, string id)
    {
        foreach (var store in stores.Stores.Where(store => stores.IsLive(store) && !having.Contains(store)))
            stores.Drop(store, new DynamoBackupException(BackupErrorCode.BackupNotFound, $"It does not hold the unfinished backup {id} that is continued at the others. Back up to it without -Resume, or copy the backup there when it is complete.", store.Location));
    }

    private bool IsSameTable(Checkpoint state) => state.TableId is not null && wanted.TableId is not null
        ? state.TableId == wanted.TableId
        : state.TableCreated == wanted.TableCreated;

    private static string Spell(CheckpointParameters parameters) => $"{(parameters.ConsistentRead ? "strongly" : "eventually")} consistent reads, compression {string.Concat((parameters.Compression ?? "?").Take(20).Where(char.IsLetterOrDigit))}{(parameters.NoContentDigest ? ", no content digest" : "")}";

    private sealed record Copy(Checkpoint State, string Version, TimeSpan Age);
}

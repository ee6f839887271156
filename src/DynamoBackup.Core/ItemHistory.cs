using DynamoBackup.Chains;
using DynamoBackup.Items;
using DynamoBackup.Replay;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>Puts what backups tell of one item into the order of time, and leaves out what says nothing new.</summary>
/// <param name="key">The item's key.</param>
internal sealed class ItemHistory(KeySet.Wanted key)
{
    private readonly List<StoredVersion> _changes = [];
    private readonly HashSet<(string? Stream, string Shard, SequenceNumber Number)> _known = [];
    private readonly HashSet<ShardLineage> _lineages = [];
    private readonly List<(BackupInfo Full, StoredVersion? Item)> _sightings = [];

    /// <summary>Adds what a backup tells of the item.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="versions">Of a full backup the item where it holds it; of an incremental one its changes.</param>
    public void Add(BackupInfo backup, IEnumerable<StoredVersion> versions)
    {
        if (backup.Type == BackupType.Full)
        {
            _sightings.Add((backup, versions.FirstOrDefault()));
            return;
        }

        foreach (var version in versions)
        {
            if (version is { Place: { } place, ShardId: { } shard, Lineage: { } lineage })
            {
                _lineages.Add(lineage);
                if (!_known.Add((backup.StreamArn, shard, place.Number)))
                    continue;
            }

            _changes.Add(version);
        }
    }

    /// <summary>All versions, oldest first.</summary>
    public IReadOnlyList<StoredVersion> Versions()
    {
        var versions = new List<StoredVersion>();
        var depths = FindDepths();
        // An export by AWS has an item's last change of many, which comes after all others of its second.
        foreach (var change in _changes.OrderBy(change => change.TimeUtc).ThenBy(change => change.Place is null)
                     .ThenBy(change => change.ShardId is { } shard ? depths[shard] : 0).ThenBy(change => change.Place?.Number ?? default))
        {
            // The stream's record of the change is the same change, told more closely.
            var isKnown = change.Place is null && versions.Exists(other => other.TimeUtc == change.TimeUtc && other.HasSameContent(change));
            if (!isKnown)
                versions.Add(change);
        }

        foreach (var (full, item) in _sightings.OrderBy(sighting => sighting.Full.Id, StringComparer.Ordinal))
            Add(versions, full, item);
        for (var index = 0; index < versions.Count; index++)
        {
            if (versions[index].Change == ItemVersionChange.Put && (versions[index].HasOldImage || (index > 0 && versions[index - 1].IsPresent)))
                versions[index] = versions[index] with { Change = ItemVersionChange.Update };
        }

        return versions;
    }

    /// <summary>How deep each shard is. A backup knows of a shard's parents as far back as it reads them, and no further: only all together know the whole lineage.</summary>
    private Dictionary<string, int> FindDepths()
    {
        var parents = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (id, parent) in _lineages.SelectMany(lineage => lineage.Parents))
            parents[id] = parent ?? parents.GetValueOrDefault(id);
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var id in parents.Keys)
        {
            var depth = 0;
            // The lineage of each backup has no circle; one of damaged backups together must not hang.
            for (var at = parents[id]; at is not null && depth < parents.Count; at = parents.GetValueOrDefault(at))
                depth++;
            depths[id] = depth;
        }

        return depths;
    }

    /// <summary>
    /// A full backup has read the item at some time between its beginning and its end, so that it tells something new only where the item was at none of these
    /// times as it is in the backup. It was so before the first change in that time, then, for later ones are known.
    /// </summary>
    private void Add(List<StoredVersion> versions, BackupInfo full, StoredVersion? item)
    {
        var to = Second.Before(full.ToUtc ?? full.CompletedUtc ?? full.StartedUtc);
        var isInstant = full is { Exactness: BackupExactness.Exact, ToUtc: not null, ExactWith: null or "" };
        var from = isInstant ? to : Second.Before(full.FromUtc ?? full.StartedUtc);
        var first = versions.FindIndex(version => version.TimeUtc >= from);
        if (first < 0)
            first = versions.Count;
        var after = versions.FindIndex(first, version => version.TimeUtc > to);
        if (after < 0)
            after = versions.Count;
        var seen = item ?? new StoredVersion(key, full, to, ItemVersionChange.Absent, null, UInt128.Zero);
        var before = first > 0 ? versions[first - 1] : null;
        if (before is null ? item is null : before.HasSameContent(seen))
            return;
        if (versions.Take(first..after).Any(version => version.HasSameContent(seen)))
            return;
        versions.Insert(first, first < after ? seen with { TimeUtc = versions[first].TimeUtc } : seen);
    }
}

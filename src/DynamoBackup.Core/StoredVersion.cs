using DynamoBackup.Items;
using DynamoBackup.Replay;

namespace DynamoBackup;

/// <summary>What one backup tells of one item: that it was so, or that it became so.</summary>
/// <param name="Key">The item's key.</param>
/// <param name="Backup">The backup.</param>
/// <param name="TimeUtc">The whole second.</param>
/// <param name="Change">What happened; a write is a <see cref="ItemVersionChange.Put"/> until it is known what was there before.</param>
/// <param name="Json">Where the item was put; null where there is none.</param>
/// <param name="Content">A hash of the item's contents; zero where there is none.</param>
internal sealed record StoredVersion(KeySet.Wanted Key, BackupInfo Backup, DateTime TimeUtc, ItemVersionChange Change, VersionBody? Json, UInt128 Content)
{
    /// <summary>Where the change stands in the stream; none in a full backup and in an export by AWS.</summary>
    public ChangePlace? Place { get; init; }

    /// <summary>The stream's shard that the change was read from. It is there where <see cref="Place"/> is.</summary>
    public string? ShardId { get; init; }

    /// <summary>What the backup knows of the shards. It is there where <see cref="Place"/> is.</summary>
    public ShardLineage? Lineage { get; init; }

    /// <summary>Whether the backup says that there was an item before the change.</summary>
    public bool HasOldImage { get; init; }

    /// <summary>Whether there is an item.</summary>
    public bool IsPresent => Json is not null;

    /// <summary>Whether both are the same contents, or both none.</summary>
    public bool HasSameContent(StoredVersion other) => IsPresent == other.IsPresent && Content == other.Content;
}

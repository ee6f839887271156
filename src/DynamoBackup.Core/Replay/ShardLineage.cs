using System.Text;
using DynamoBackup.Manifests;

namespace DynamoBackup.Replay;

/// <summary>How deep each shard of an increment stands in the lineage: a key's changes in a shard come after all those in the shards that it split from.</summary>
internal sealed class ShardLineage
{
    private readonly List<(byte[] Utf8, string Id, int Depth)> _shards = [];
    private readonly Dictionary<string, string?> _parents = new(StringComparer.Ordinal);

    /// <summary>Reads the lineage from where a backup begins and ends in its stream.</summary>
    /// <param name="stream">The positions; null where no stream was read.</param>
    /// <param name="backup">The backup, for errors.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.BackupDamaged"/>: a shard descends from itself.</exception>
    public ShardLineage(SidecarStream? stream, BackupInfo backup)
    {
        foreach (var shard in (stream?.From ?? []).Concat(stream?.To ?? []))
        {
            if (shard?.Id is { } id)
                _parents[id] = shard.ParentId ?? _parents.GetValueOrDefault(id);
        }

        foreach (var id in _parents.Keys)
        {
            var depth = 0;
            for (var at = _parents[id]; at is not null && _parents.TryGetValue(at, out var parent); at = parent)
            {
                if (++depth > _parents.Count)
                    throw new DynamoBackupException(BackupErrorCode.BackupDamaged, $"The shards of backup {backup.Id} descend from one another in a circle, so the order of its changes is not known. Use another copy of this backup.", backup.TableName);
            }

            _shards.Add((Encoding.UTF8.GetBytes(id), id, depth));
        }
    }

    /// <summary>The shards that the backup names, each with the one that it split from; null where that is not known.</summary>
    public IReadOnlyDictionary<string, string?> Parents => _parents;

    /// <summary>A shard's depth; null where the backup does not name the shard.</summary>
    /// <param name="id">Its id in UTF-8.</param>
    public int? DepthOf(ReadOnlySpan<byte> id) => Find(id)?.Depth;

    /// <summary>A shard's id and depth; null where the backup does not name the shard.</summary>
    /// <param name="id">Its id in UTF-8.</param>
    public (string Id, int Depth)? Find(ReadOnlySpan<byte> id)
    {
        for (var index = 0; index < _shards.Count; index++)
        {
            if (id.SequenceEqual(_shards[index].Utf8))
                return (_shards[index].Id, _shards[index].Depth);
        }

        return null;
    }
}

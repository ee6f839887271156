using System.Text;

namespace DynamoBackup.Differences;

/// <summary>Compares two spills of <see cref="ItemEntry"/> partition by partition and tells what differs.</summary>
/// <param name="reference">The reference's entries, of which one partition at a time is in memory.</param>
/// <param name="difference">The difference's, partitioned alike, which pass by.</param>
/// <param name="tableName">The table's name.</param>
internal sealed class ItemJoin(PartitionedSpill reference, PartitionedSpill difference, string tableName)
{
    /// <summary>Items that only the difference has.</summary>
    public long Added { get; private set; }

    /// <summary>Items that only the reference has.</summary>
    public long Removed { get; private set; }

    /// <summary>Items that both have, with other contents.</summary>
    public long Changed { get; private set; }

    /// <summary>Items that both have alike.</summary>
    public long Same { get; private set; }

    /// <summary>Compares, as the outcome is asked for.</summary>
    public IEnumerable<ItemDifference> Run()
    {
        for (var partition = 0; partition < reference.Partitions; partition++)
        {
            var index = new ItemIndex(reference, partition);
            foreach (var block in difference.Read(partition))
            {
                for (var start = 0; start < block.Length;)
                {
                    if (Compare(index, block.Span, ref start) is { } found)
                        yield return found;
                }
            }

            foreach (var place in index.Left)
            {
                Removed++;
                yield return New(ItemChange.Removed, index.At(place).KeyJson, []);
            }
        }
    }

    private ItemDifference? Compare(ItemIndex index, ReadOnlySpan<byte> block, ref int start)
    {
        var entry = new ItemEntry(block[start..]);
        start += entry.Length;
        if (!index.TryTake(entry.Key, out var before))
        {
            Added++;
            return New(ItemChange.Added, entry.KeyJson, []);
        }

        if (before.Item == entry.Item)
        {
            Same++;
            return null;
        }

        Changed++;
        return New(ItemChange.Changed, entry.KeyJson, AttributePrints.Compare(before.Attributes, entry.Attributes));
    }

    private ItemDifference New(ItemChange change, ReadOnlySpan<byte> key, IReadOnlyList<AttributeDifference> attributes) =>
        new() { TableName = tableName, Key = Encoding.UTF8.GetString(key), Change = change, Attributes = attributes };
}

namespace DynamoBackup.Differences;

/// <summary>Compares two spills partition by partition: of the backup's a whole partition is in memory, the table's passes by.</summary>
internal static class DifferenceJoin
{
    /// <summary>Compares.</summary>
    /// <param name="backup">The backup's entries.</param>
    /// <param name="table">The table's, partitioned alike.</param>
    /// <param name="differences">Receives what differs.</param>
    /// <param name="cancellationToken">Ends the comparison.</param>
    public static DifferenceCounts Run(PartitionedSpill backup, PartitionedSpill table, IDifferences differences, CancellationToken cancellationToken)
    {
        var counts = new DifferenceCounts();
        var index = new PartitionIndex();
        for (var partition = 0; partition < backup.Partitions; partition++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            index.Load(backup, partition);
            foreach (var block in table.Read(partition))
                Compare(index, block.Span, differences, counts);
            FindMissing(index, differences, counts);
        }

        return counts;
    }

    private static void Compare(PartitionIndex index, ReadOnlySpan<byte> block, IDifferences differences, DifferenceCounts counts)
    {
        while (!block.IsEmpty)
        {
            var other = new TableEntry(block);
            block = block[other.Bytes.Length..];
            var found = index.Find(other.Key);
            if (found < 0)
            {
                counts.Extra++;
                counts.ExtraUnits += other.Units;
                differences.Extra(other);
                continue;
            }

            if (index.IsSeen(found))
                throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, "The scan returned an item twice. Check what the endpoint is; nothing was written.");
            index.See(found);
            var entry = index[found];
            if (entry.Item == other.Item)
            {
                counts.Same++;
                continue;
            }

            counts.Different++;
            counts.DifferentUnits += Math.Max(entry.Units, other.Units);
            differences.Different(entry, other);
        }
    }

    private static void FindMissing(PartitionIndex index, IDifferences differences, DifferenceCounts counts)
    {
        for (var entry = 0; entry < index.Count; entry++)
        {
            if (index.IsSeen(entry))
                continue;
            counts.Missing++;
            counts.MissingUnits += index[entry].Units;
            differences.Missing(index[entry]);
        }
    }
}

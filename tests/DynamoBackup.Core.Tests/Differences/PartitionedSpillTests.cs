using CsCheck;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Differences;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Differences;

public sealed class PartitionedSpillTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_partition_gives_back_its_records_in_their_order_whatever_their_lengths() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 64], Gen.Select(Gen.Int[0, 4], Gen.Byte.Array[1, 100]).Array[0, 200]).Sample(
            (partitions, buffer, records) =>
            {
                using var folder = WorkingFolder.Open(_folder.Path, new CollectedOutput());
                using var spill = new PartitionedSpill(folder, "spill", partitions, buffer);
                foreach (var (partition, record) in records)
                    spill.Add(partition % partitions, record);
                spill.Complete();

                Assert.Equal(records.Length, spill.Records);
                for (var partition = 0; partition < partitions; partition++)
                {
                    byte[] expected = [.. records.Where(record => record.Item1 % partitions == partition).SelectMany(record => record.Item2)];
                    Assert.Equal(expected.Length, spill.BytesOf(partition));
                    Assert.Equal(expected, spill.Read(partition).SelectMany(block => block.ToArray()).ToArray());
                }
            },
            iter: 200, threads: 1);

    [Fact]
    public void Many_threads_may_add_at_once()
    {
        using var folder = WorkingFolder.Open(_folder.Path, new CollectedOutput());
        using var spill = new PartitionedSpill(folder, "spill", 3, 50);
        Parallel.For(0, 10_000, number => spill.Add(number % 3, BitConverter.GetBytes(number)));
        spill.Complete();

        var numbers = Enumerable.Range(0, 3).SelectMany(spill.Read).SelectMany(block => block.ToArray().Chunk(4)).Select(bytes => BitConverter.ToInt32(bytes));
        Assert.Equal(Enumerable.Range(0, 10_000), numbers.Order());
    }

    [Fact]
    public void A_million_entries_are_compared_a_partition_at_a_time()
    {
        var limits = new ComparisonLimits();
        Assert.Equal((1, 4, 4096), (limits.Partitions(0), limits.Partitions(1 << 20), limits.Partitions(long.MaxValue / 2)));
        Assert.True((long)ComparisonLimits.BufferBytesOf(4096) * 4096 <= 32 << 20);
    }

    [Fact]
    public void Two_items_of_a_backup_with_one_key_are_refused()
    {
        using var folder = WorkingFolder.Open(_folder.Path, new CollectedOutput());
        using var backup = new PartitionedSpill(folder, "backup", 1, 1024);
        using var table = new PartitionedSpill(folder, "table", 1, 1024);
        var record = new byte[BackupEntry.Size];
        BackupEntry.Write(record, Hash256.Of([1]), Hash256.Of([2]), 0, 0, 1);
        backup.Add(0, record);
        BackupEntry.Write(record, Hash256.Of([1]), Hash256.Of([3]), 0, 1, 1);
        backup.Add(0, record);
        backup.Complete();
        table.Complete();

        var error = Assert.Throws<DynamoBackupException>(() => DifferenceJoin.Run(backup, table, NoDifferences.Instance, TestContext.Current.CancellationToken));
        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
    }
}

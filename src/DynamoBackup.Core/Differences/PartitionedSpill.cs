using Microsoft.Win32.SafeHandles;

namespace DynamoBackup.Differences;

/// <summary>
/// Records by partition, in one file: each partition gathers its records in a buffer, and full buffers are put one behind another, whichever
/// partition they are of. So one file is open and writing goes straight on, however many partitions there are.
/// </summary>
internal sealed class PartitionedSpill : IDisposable
{
    private readonly WorkingFolder _folder;
    private readonly SafeFileHandle _file;
    private readonly int _bufferBytes;
    private readonly Partition[] _partitions;
    private long _length;
    private long _records;

    /// <summary>An empty spill.</summary>
    /// <param name="folder">Where its file lies.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="partitions">Number of partitions.</param>
    /// <param name="bufferBytes">Bytes that a partition gathers; a longer record has a buffer of its own length.</param>
    public PartitionedSpill(WorkingFolder folder, string name, int partitions, int bufferBytes)
    {
        _folder = folder;
        _file = folder.Create(name);
        _bufferBytes = bufferBytes;
        _partitions = [.. Enumerable.Range(0, partitions).Select(_ => new Partition())];
    }

    /// <summary>Number of partitions.</summary>
    public int Partitions => _partitions.Length;

    /// <summary>Records so far.</summary>
    public long Records => Interlocked.Read(ref _records);

    /// <summary>The partition that a key's hash belongs to.</summary>
    public int PartitionOf(Hash256 key) => (int)(key.Part0 % (ulong)_partitions.Length);

    /// <summary>Adds a record. May be called from any thread.</summary>
    /// <exception cref="DynamoBackupException">It could not be written.</exception>
    public void Add(int partition, ReadOnlySpan<byte> record)
    {
        var target = _partitions[partition];
        lock (target)
        {
            if (target.Used + record.Length > target.Buffer.Length)
            {
                Flush(target);
                if (target.Buffer.Length < Math.Max(_bufferBytes, record.Length))
                    target.Buffer = new byte[Math.Max(_bufferBytes, record.Length)];
            }

            record.CopyTo(target.Buffer.AsSpan(target.Used));
            target.Used += record.Length;
        }

        Interlocked.Increment(ref _records);
    }

    /// <summary>Writes what is still gathered and lets the buffers go. Records can be read from then on.</summary>
    public void Complete()
    {
        foreach (var partition in _partitions)
        {
            Flush(partition);
            partition.Buffer = [];
        }
    }

    /// <summary>Bytes of a partition's records.</summary>
    public long BytesOf(int partition) => _partitions[partition].Chunks.Sum(chunk => (long)chunk.Length);

    /// <summary>Reads a partition's records: each block holds whole ones, and is valid until the next.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read(int partition)
    {
        byte[] block = [];
        foreach (var (offset, length) in _partitions[partition].Chunks)
        {
            if (block.Length < length)
                block = new byte[length];
            ReadBlock(block.AsSpan(0, length), offset);
            yield return block.AsMemory(0, length);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Flush(Partition partition)
    {
        if (partition.Used == 0)
            return;
        var offset = Interlocked.Add(ref _length, partition.Used) - partition.Used;
        try
        {
            RandomAccess.Write(_file, partition.Buffer.AsSpan(0, partition.Used), offset);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw _folder.Failed(exception);
        }

        partition.Chunks.Add((offset, partition.Used));
        partition.Used = 0;
    }

    private void ReadBlock(Span<byte> block, long offset)
    {
        try
        {
            while (!block.IsEmpty)
            {
                var count = RandomAccess.Read(_file, block, offset);
                if (count == 0)
                    throw new EndOfStreamException("The file has become shorter");
                block = block[count..];
                offset += count;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw _folder.Failed(exception);
        }
    }

    private sealed class Partition
    {
        public byte[] Buffer { get; set; } = [];

        public int Used { get; set; }

        public List<(long Offset, int Length)> Chunks { get; } = [];
    }
}

using System.IO.Compression;
using ZstdSharp;

namespace DynamoBackup.Segments;

/// <summary>Compresses data files, and decompresses them by their names' endings.</summary>
internal static class Codec
{
    private const int ZstdLevel = 1;

    /// <summary>A stream that compresses what is written to it; closing it ends the compressed data and leaves the destination open.</summary>
    public static Stream Compress(Stream destination, BackupCompression compression) => compression switch
    {
        BackupCompression.Gzip => new GZipStream(destination, CompressionLevel.Fastest, leaveOpen: true),
        BackupCompression.Zstd => new CompressionStream(destination, ZstdLevel, leaveOpen: true),
        BackupCompression.None => new BufferedStream(new Unclosed(destination)),
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "No such compression."),
    };

    /// <summary>A stream of decompressed bytes; null where the name's ending is not one that is read.</summary>
    public static Stream? Decompress(Stream source, string name)
    {
        if (name.EndsWith(".json.gz", StringComparison.OrdinalIgnoreCase))
            return new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
        if (name.EndsWith(".json.zst", StringComparison.OrdinalIgnoreCase))
            return new DecompressionStream(source, leaveOpen: true);
        return name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? new Unclosed(source) : null;
    }

    /// <summary>Tells whether an exception means that compressed data is damaged.</summary>
    public static bool IsDamage(Exception exception) => exception is InvalidDataException or ZstdException or EndOfStreamException;

    /// <summary>Keeps the stream below open when a wrapper is closed, as the compressors do.</summary>
    private sealed class Unclosed(Stream inner) : Stream
    {
        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override int Read(Span<byte> buffer) => inner.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value) => inner.SetLength(value);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);
    }
}

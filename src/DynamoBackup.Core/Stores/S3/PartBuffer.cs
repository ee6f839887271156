using System.Security.Cryptography;

namespace DynamoBackup.Stores.S3;

/// <summary>Bytes gathered for one request. They can be read any number of times, for a request may be repeated.</summary>
internal sealed class PartBuffer(ChunkPool pool) : IDisposable
{
    private readonly List<byte[]> _chunks = [];

    /// <summary>Bytes gathered so far.</summary>
    public long Length { get; private set; }

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var used = (int)(Length % ChunkPool.ChunkBytes);
            if (used == 0)
                _chunks.Add(pool.Rent());
            var count = Math.Min(bytes.Length, ChunkPool.ChunkBytes - used);
            bytes[..count].CopyTo(_chunks[^1].AsSpan(used));
            bytes = bytes[count..];
            Length += count;
        }
    }

    /// <summary>The bytes' MD5, in Base64.</summary>
    public string Md5()
    {
        // Content-MD5 is what every S3-compatible service checks; it protects against accident only.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        for (var position = 0L; position < Length;)
        {
            var span = SpanAt(position);
            hash.AppendData(span);
            position += span.Length;
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }

    /// <summary>A stream from the first byte to the last.</summary>
    public Stream OpenRead() => new PartStream(this);

    /// <summary>The bytes from a position to the end of its chunk; none at the end.</summary>
    public ReadOnlySpan<byte> SpanAt(long position)
    {
        if (position >= Length)
            return [];
        var start = (int)(position % ChunkPool.ChunkBytes);
        return _chunks[(int)(position / ChunkPool.ChunkBytes)].AsSpan(start, (int)Math.Min(ChunkPool.ChunkBytes - start, Length - position));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _chunks.ForEach(pool.Return);
        _chunks.Clear();
        Length = 0;
    }
}

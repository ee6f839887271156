using System.Security.Cryptography;

namespace DynamoBackup.Segments;

/// <summary>Passes bytes through, in one direction, and counts and hashes them: MD5, which AWS's manifests carry, and SHA-256.</summary>
internal sealed class HashingStream : Stream
{
    private readonly Stream _inner;
    private readonly bool _reading;
    private readonly IncrementalHash? _md5;
    private readonly IncrementalHash? _sha256;
    private long _bytes;

    private HashingStream(Stream inner, bool reading, FileHashes hashes)
    {
        _inner = inner;
        _reading = reading;
        _md5 = hashes.HasFlag(FileHashes.Md5) ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
        _sha256 = hashes.HasFlag(FileHashes.Sha256) ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <summary>Bytes passed so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <inheritdoc/>
    public override bool CanRead => _reading;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !_reading;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException("The length is known at the end only.");

    /// <inheritdoc/>
    public override long Position
    {
        get => Bytes;
        set => throw new NotSupportedException("Bytes pass in order.");
    }

    /// <summary>Hashes what is written to a stream.</summary>
    public static HashingStream Writing(Stream destination) => new(destination, reading: false, FileHashes.All);

    /// <summary>Hashes what is read from a stream.</summary>
    public static HashingStream Reading(Stream source, FileHashes hashes) => new(source, reading: true, hashes);

    /// <summary>Base64 MD5 of all bytes, where it is taken; call once, at the end.</summary>
    public string? TakeMd5() => _md5 is null ? null : Convert.ToBase64String(_md5.GetHashAndReset());

    /// <summary>Hexadecimal SHA-256 of all bytes, where it is taken; call once, at the end.</summary>
    public string? TakeSha256() => _sha256 is null ? null : Convert.ToHexString(_sha256.GetHashAndReset()).ToLowerInvariant();

    /// <summary>Reads to the end, so that the hashes cover the whole.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        while (await ReadAsync(buffer, cancellationToken) > 0)
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Observe(buffer);
        _inner.Write(buffer);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Observe(buffer.Span);
        return _inner.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = _inner.Read(buffer);
        Observe(buffer[..count]);
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _inner.ReadAsync(buffer, cancellationToken);
        Observe(buffer.Span[..count]);
        return count;
    }

    /// <inheritdoc/>
    public override void Flush() => _inner.Flush();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("Bytes pass in order.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("Bytes pass in order.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _md5?.Dispose();
            _sha256?.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Observe(ReadOnlySpan<byte> bytes)
    {
        _md5?.AppendData(bytes);
        _sha256?.AppendData(bytes);
        Interlocked.Add(ref _bytes, bytes.Length);
    }
}

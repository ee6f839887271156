using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Segments;

/// <summary>Reads one data file: stored bytes are hashed on their way, decompressed and cut into lines.</summary>
internal sealed class DataFileReader : IAsyncDisposable
{
    private readonly Stream _source;
    private readonly HashingStream _stored;
    private readonly Stream? _decompressed;

    private DataFileReader(DataFile file, Stream source, FileHashes hashes)
    {
        _source = source;
        _stored = HashingStream.Reading(source, hashes);
        _decompressed = Codec.Decompress(_stored, file.Name);
        Lines = _decompressed is null ? null : new LineReader(_decompressed);
    }

    /// <summary>The file's lines; null where its name says that it is of a kind that is not read.</summary>
    public LineReader? Lines { get; }

    /// <summary>Stored bytes read so far.</summary>
    public long StoredBytes => _stored.Bytes;

    /// <summary>Opens a data file; null where it does not exist.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="hashes">What is taken of its bytes, to be compared at the end; by default the one hash that proves: SHA-256 where it is recorded, else MD5.</param>
    public static async Task<DataFileReader?> OpenAsync(IBackupStore store, DataFile file, CancellationToken cancellationToken, FileHashes? hashes = null)
    {
        var source = await store.OpenReadAsync(file.Key, cancellationToken);
        return source is null ? null : new DataFileReader(file, source, hashes ?? (file.Sha256 is null ? FileHashes.Md5 : FileHashes.Sha256));
    }

    /// <summary>Reads what is left of the stored bytes and compares the hashes that were taken with the recorded ones.</summary>
    /// <returns>What differs, in words; null where all that is recorded agrees.</returns>
    public async Task<string?> FindChecksumDifferenceAsync(DataFile file, CancellationToken cancellationToken)
    {
        await _stored.DrainAsync(cancellationToken);
        var (md5, sha256) = (_stored.TakeMd5(), _stored.TakeSha256());
        if (sha256 is not null && file.Sha256 is not null && !file.Sha256.Equals(sha256, StringComparison.OrdinalIgnoreCase))
            return $"Its SHA-256 is {sha256}, recorded is {file.Sha256}.";
        return md5 is not null && file.Md5 is not null && file.Md5 != md5 ? $"Its MD5 is {md5}, recorded is {file.Md5}." : null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_decompressed is not null)
            await _decompressed.DisposeAsync();
        await _stored.DisposeAsync();
        await _source.DisposeAsync();
    }
}

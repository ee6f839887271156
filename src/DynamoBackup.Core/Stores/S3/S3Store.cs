using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace DynamoBackup.Stores.S3;

/// <summary>
/// A store in a bucket of S3 or of a compatible service, below a prefix. Objects are whole or absent by the service's own promise; memory is
/// a part for each object being written, and one for each slot in which parts are sent.
/// </summary>
internal sealed class S3Store : IBackupStore
{
    private const int Slots = 4;

    private readonly S3Location _location;
    private readonly S3ObjectSettings _settings;
    private readonly S3Connection _connection;
    private readonly S3ExclusivePut _exclusivePut;
    private readonly S3Replacement _replacement;
    private readonly ChunkPool _pool = new();
    private readonly SemaphoreSlim _slots = new(Slots);

    private S3Store(S3Location location, S3ObjectSettings settings, S3Connection connection)
    {
        _location = location;
        _settings = settings;
        _connection = connection;
        _exclusivePut = new S3ExclusivePut(new S3ConditionalPut(connection, settings, location), location, OpenReadAsync);
        _replacement = new S3Replacement(connection, new S3ConditionalPut(connection, settings, location), location);
    }

    /// <inheritdoc/>
    public string Location => _location.ToString();

    /// <inheritdoc/>
    public StorePlace Place => _settings.PlaceAt(_location);

    /// <summary>Opens a store; nothing is sent yet.</summary>
    /// <param name="location">An <c>s3://bucket/prefix</c> URI.</param>
    /// <param name="options">How to reach and write it.</param>
    /// <param name="output">Told about waits.</param>
    /// <exception cref="DynamoBackupException">Location or options cannot be used.</exception>
    public static S3Store Open(string location, StoreOptions options, IRunOutput output)
    {
        var place = S3Location.Parse(location);
        var settings = S3ObjectSettings.From(options);
        return new S3Store(place, settings, S3Connection.Open(place, options, settings.UsesMd5, output));
    }

    /// <inheritdoc/>
    public Task EnsureExistsAsync(CancellationToken cancellationToken)
    {
        // A listing below the prefix also works for whoever may see that alone.
        var request = ListBelow("");
        request.MaxKeys = 1;
        return _connection.ProbeAsync(client => client.ListObjectsV2Async(request, cancellationToken), $"list {Location}", StoreAccess.Read, Location, cancellationToken);
    }

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => EnsureExistsAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<StoreWriter> CreateAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var full = _location.KeyOf(key);
            return Task.FromResult<StoreWriter>(new S3ObjectWriter(
                _pool, (content, cancellation) => PutWholeAsync(full, content, cancellation), () => new S3Upload(_connection, _settings, _location.Bucket, full, _slots)));
        }
        catch (DynamoBackupException exception)
        {
            return Task.FromException<StoreWriter>(exception);
        }
    }

    /// <inheritdoc/>
    public async Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        StoreKey.Validate(key);
        await _exclusivePut.RunAsync(key, content, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<StoreVersion?> ReadVersionAsync(string key, long limit, CancellationToken cancellationToken) => _replacement.ReadAsync(StoreKey.Validate(key), limit, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> TryReplaceAsync(string key, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken) =>
        _replacement.RunAsync(StoreKey.Validate(key), content, version, cancellationToken);

    /// <inheritdoc/>
    public async Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = _location.Bucket, Key = _location.KeyOf(key) };
        var response = await _connection.CallAsync(
            client => UnlessMissingAsync(() => client.GetObjectAsync(request, cancellationToken)), $"read '{Target(key)}'", StoreAccess.Read, Target(key), cancellationToken);
        return response is null ? null : new S3ObjectStream(_connection, request.BucketName, request.Key, response);
    }

    /// <inheritdoc/>
    public async Task<StoreEntry?> FindAsync(string key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = _location.Bucket, Key = _location.KeyOf(key) };
        var found = await _connection.CallAsync(
            client => UnlessMissingAsync(() => client.GetObjectMetadataAsync(request, cancellationToken)), $"look '{Target(key)}' up", StoreAccess.Read, Target(key), cancellationToken);
        return found is null ? null : new StoreEntry(key, found.ContentLength) { Modified = TimeOf(found.LastModified) };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoreEntry> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A service's order is that of UTF-8 bytes, or none at all.
        var entries = new List<StoreEntry>();
        var root = _location.Below("").Length;
        await foreach (var page in PagesAsync(ListBelow(folder), cancellationToken))
        {
            entries.AddRange((page.S3Objects ?? []).Where(found => found.Key.Length > root).Select(found => new StoreEntry(found.Key[root..], found.Size ?? 0) { Modified = TimeOf(found.LastModified) })
                .Where(entry => StoreKey.IsSafe(entry.Key)));
        }

        foreach (var entry in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            yield return entry;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> ListFoldersAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = ListBelow(folder);
        request.Delimiter = "/";
        var names = new List<string>();
        await foreach (var page in PagesAsync(request, cancellationToken))
            names.AddRange((page.CommonPrefixes ?? []).Select(found => found[request.Prefix.Length..].TrimEnd('/')).Where(name => name.Length > 0 && StoreKey.IsSafe(name)));
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            yield return name;
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        // One at a time: not every compatible service deletes many at once.
        var request = new DeleteObjectRequest { BucketName = _location.Bucket, Key = _location.KeyOf(key) };
        await _connection.CallAsync(
            client => UnlessMissingAsync(() => client.DeleteObjectAsync(request, cancellationToken)), $"delete '{Target(key)}'", StoreAccess.Write, Target(key), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _slots.Dispose();
    }

    private static DateTimeOffset? TimeOf(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : null;

    internal static async Task<T?> UnlessMissingAsync<T>(Func<Task<T>> call)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode != "NoSuchBucket")
        {
            return null;
        }
    }

    private async Task PutWholeAsync(string key, PartBuffer content, CancellationToken cancellationToken)
    {
        var target = $"s3://{_location.Bucket}/{key}";
        await _slots.WaitAsync(cancellationToken);
        try
        {
            var md5 = _settings.UsesMd5 ? content.Md5() : null;
            await _connection.CallAsync(
                client => client.PutObjectAsync(_settings.Put(_location.Bucket, key, content.OpenRead(), md5, isData: true), cancellationToken), $"write '{target}'", StoreAccess.Write, target, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    private ListObjectsV2Request ListBelow(string folder) => new() { BucketName = _location.Bucket, Prefix = _location.Below(folder) };

    private async IAsyncEnumerable<ListObjectsV2Response> PagesAsync(ListObjectsV2Request request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await _connection.CallAsync(client => client.ListObjectsV2Async(request, cancellationToken), $"list {Location}", StoreAccess.Read, Location, cancellationToken);
            yield return page;
            if (page.IsTruncated != true)
                break;
            if (string.IsNullOrEmpty(page.NextContinuationToken))
                throw new DynamoBackupException(BackupErrorCode.StoreReadFailed, $"Could not list {Location}: the service says that there is more and not how to get it. Check that it implements ListObjectsV2.", Location);
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    private string Target(string key) => $"s3://{_location.Bucket}/{_location.KeyOf(key)}";
}

using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace DynamoBackup.Stores.S3;

/// <summary>
/// A multipart upload. Parts are sent in the background, each in one of the store's slots; how many are sent at a time is bounded by those.
/// </summary>
internal sealed class S3Upload(S3Connection connection, S3ObjectSettings settings, string bucket, string key, SemaphoreSlim slots) : IDisposable
{
    /// <summary>How long the end of an abandoned upload may take.</summary>
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(10);

    private readonly object _lock = new();
    private readonly List<Task<PartETag>> _parts = [];
    private readonly CancellationTokenSource _sending = new();
    private readonly CancellationTokenSource _beginning = new();
    private Task _lastSlot = Task.CompletedTask;
    private Task<string>? _id;
    private DynamoBackupException? _failure;
    private long _length;

    /// <summary>Parts handed over so far.</summary>
    public int Parts => _parts.Count;

    private string Target => $"s3://{bucket}/{key}";

    /// <summary>Takes a part and sends it in the background.</summary>
    /// <param name="part">Its bytes; given back to their pool when sent.</param>
    public void Send(PartBuffer part)
    {
        var slot = _lastSlot = slots.WaitAsync(_sending.Token);
        var number = _parts.Count + 1;
        _length += part.Length;
        _parts.Add(Task.Run(() => SendAsync(number, part, slot)));
    }

    /// <summary>Waits until all parts are on their way. Slots are given in order, so the last one's is enough.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        if (!_lastSlot.IsCompleted)
            await _lastSlot.WaitAsync(cancellationToken);
        ThrowIfFailed();
    }

    /// <summary>Throws what a part failed with, if one did.</summary>
    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
            throw failure;
    }

    /// <summary>Waits for all parts and makes them one object.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        var parts = await Task.WhenAll(_parts).WaitAsync(cancellationToken);
        var request = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = await BeginAsync(), PartETags = [.. parts] };
        await connection.CallAsync(client => CompleteAsync(client, request, cancellationToken), $"complete '{Target}'", StoreAccess.Write, Target, cancellationToken);
    }

    /// <summary>Ends the upload, so that no part is left that costs storage. Also for a run that was cancelled: it has a short patience of its own.</summary>
    public async Task AbortAsync()
    {
        await _sending.CancelAsync();
        _beginning.CancelAfter(AbortPatience);
        await ((Task)Task.WhenAll(_parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<string>? begun;
        lock (_lock)
            begun = _id;
        if (begun is null)
            return;
        try
        {
            var request = new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = await begun };
            using var patience = new CancellationTokenSource(AbortPatience);
            await connection.HurryAsync(client => AbortAsync(client, request, patience.Token), $"end the upload of '{Target}'", StoreAccess.Write, Target, patience.Token);
        }
        catch (Exception exception) when (exception is DynamoBackupException or OperationCanceledException)
        {
            // What brought the run here is what the user must see; this comes beside it.
            connection.Output.Warning(
                $"The unfinished upload of '{Target}' could not be ended ({exception.Message}). It is not visible as an object, but its parts cost storage: a lifecycle rule with AbortIncompleteMultipartUpload removes them.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sending.Dispose();
        _beginning.Dispose();
    }

    private async Task<PartETag> SendAsync(int number, PartBuffer part, Task slot)
    {
        try
        {
            await slot;
            try
            {
                return await SendAsync(number, part);
            }
            finally
            {
                slots.Release();
            }
        }
        catch (DynamoBackupException failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            throw;
        }
        finally
        {
            part.Dispose();
        }
    }

    private async Task<PartETag> SendAsync(int number, PartBuffer part)
    {
        var id = await BeginAsync().WaitAsync(_sending.Token);
        var md5 = settings.UsesMd5 ? part.Md5() : null;
        var response = await connection.CallAsync(
            client => client.UploadPartAsync(settings.Part(bucket, key, id, number, part.OpenRead(), md5), _sending.Token),
            string.Create(CultureInfo.InvariantCulture, $"write part {number} of '{Target}'"), StoreAccess.Write, Target, _sending.Token);
        return new PartETag(number, response.ETag);
    }

    private Task<string> BeginAsync()
    {
        // One that is cancelled in between could not be ended, for its id would not be known: it has a token of its own.
        lock (_lock)
        {
            return _id ??= connection.CallAsync(
                async client => (await client.InitiateMultipartUploadAsync(settings.Initiate(bucket, key), _beginning.Token)).UploadId,
                $"begin to write '{Target}'", StoreAccess.Write, Target, _beginning.Token);
        }
    }

    private async Task<bool> CompleteAsync(AmazonS3Client client, CompleteMultipartUploadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await client.CompleteMultipartUploadAsync(request, cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
        {
            // The answer to an earlier attempt may have been lost on its way: then the object is there.
            if (!await IsThereAsync(client, cancellationToken))
                throw;
        }

        return true;
    }

    private async Task<bool> IsThereAsync(AmazonS3Client client, CancellationToken cancellationToken)
    {
        try
        {
            var found = await client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = key }, cancellationToken);
            return found.ContentLength == _length && found.ETag.Trim('"').EndsWith(string.Create(CultureInfo.InvariantCulture, $"-{_parts.Count}"), StringComparison.Ordinal);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private static async Task<bool> AbortAsync(AmazonS3Client client, AbortMultipartUploadRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await client.AbortMultipartUploadAsync(request, cancellationToken);
        }
        catch (AmazonS3Exception exception) when (exception.ErrorCode == "NoSuchUpload")
        {
            return false;
        }

        return true;
    }
}

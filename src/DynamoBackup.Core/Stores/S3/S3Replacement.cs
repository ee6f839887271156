using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Stores.S3;

/// <summary>
/// Replaces a small object where it still has the version, its ETag, that was read: a conditional put (If-Match). Some compatible services
/// refuse the condition and others ignore it, so that the object is looked at before as well, and read back where the answer does not tell. Where the
/// service does not keep the condition, two writers within that moment may both take themselves for the winner; each next write finds it out.
/// </summary>
internal sealed class S3Replacement(S3Connection connection, S3ObjectSettings settings, S3Location location)
{
    private const int MostCollisions = 20;

    /// <summary>Set when the service has said that it does not know the condition.</summary>
    private volatile bool _unconditional;

    private enum Outcome
    {
        Answered,
        Collided,
        ConditionRefused,
    }

    /// <summary>Reads an object and its version.</summary>
    public Task<StoreVersion?> ReadAsync(string name, long limit, CancellationToken cancellationToken)
    {
        var target = TargetOf(name);
        return connection.CallAsync(
            async client =>
            {
                var request = new GetObjectRequest { BucketName = location.Bucket, Key = location.KeyOf(name) };
                using var response = await S3Store.UnlessMissingAsync(() => client.GetObjectAsync(request, cancellationToken));
                if (response is null)
                    return null;
                var content = await response.ResponseStream.ReadLimitedAsync(name, limit, cancellationToken);
                return new StoreVersion(content, response.ETag, DateTime.UtcNow - (response.LastModified?.ToUniversalTime() ?? DateTime.UtcNow));
            },
            $"read '{target}'", StoreAccess.Read, target, cancellationToken);
    }

    /// <summary>Replaces an object, or finds that it cannot be.</summary>
    /// <returns>The new version; null where the object has another one than the given.</returns>
    public async Task<string?> RunAsync(string name, ReadOnlyMemory<byte> content, string? version, CancellationToken cancellationToken)
    {
        if (await LookAsync() is var before && before?.Version != version)
            return OwnVersion(before);
        // Some services compare what the header holds with the bare tag, others with the quoted one; AWS takes both.
        foreach (var condition in version is null ? ["*"] : new[] { version.Trim('"'), version })
        {
            // What the service has taken on the condition is ours, also where another has replaced it since.
            if (await PutAsync(name, content.ToArray(), version is null, condition, cancellationToken) is { } taken)
                return taken;
            if (await LookAsync() is var after && (after is null || after.Version != version))
                return OwnVersion(after);
        }

        throw new DynamoBackupException(BackupErrorCode.StoreWriteFailed, $"'{name}' in {location} could not be replaced: the service refused the write, though nothing else has changed it. Check that it knows conditional writes (If-Match).", name);

        Task<StoreVersion?> LookAsync() => ReadAsync(name, long.MaxValue, cancellationToken);

        string? OwnVersion(StoreVersion? found) => found is not null && found.Content.Span.SequenceEqual(content.Span) ? found.Version : null;
    }

    /// <summary>Puts the object.</summary>
    /// <returns>Its version, where the service has taken it on the condition; null where it has to be read back what came of it.</returns>
    private async Task<string?> PutAsync(string name, byte[] content, bool isNew, string condition, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        while (true)
        {
            var (outcome, taken) = await connection.CallAsync(
                client => PutOnceAsync(client, location.KeyOf(name), content, isNew, condition, cancellationToken), $"write '{name}' to {location}", StoreAccess.Write, location.ToString(), cancellationToken);
            if (outcome == Outcome.ConditionRefused && !_unconditional)
            {
                _unconditional = true;
                connection.Output.Verbose($"{location} does not know conditional writes; what is written is read back.");
            }
            else if (outcome != Outcome.Collided || backoff.Attempts >= MostCollisions)
            {
                return taken;
            }
            else
            {
                await Task.Delay(backoff.Next(), cancellationToken);
            }
        }
    }

    /// <summary>Source: Amazon S3 API reference, PutObject: 412 where the ETag differs, 409 where writers collided, 404 where the object is gone.</summary>
    private async Task<(Outcome Outcome, string? Taken)> PutOnceAsync(AmazonS3Client client, string key, byte[] content, bool isNew, string condition, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        var request = settings.Put(location.Bucket, key, stream, Convert.ToBase64String(MD5.HashData(content)), isData: false);
        if (!_unconditional && isNew)
            request.IfNoneMatch = condition;
        else if (!_unconditional)
            request.IfMatch = condition;
        try
        {
            var response = await client.PutObjectAsync(request, cancellationToken);
            return (Outcome.Answered, _unconditional || string.IsNullOrEmpty(response.ETag) ? null : response.ETag);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.PreconditionFailed || (exception.StatusCode == HttpStatusCode.NotFound && exception.ErrorCode != "NoSuchBucket"))
        {
            // Perhaps after an attempt of our own whose answer was lost: reading back tells.
            return (Outcome.Answered, null);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.Conflict)
        {
            return (Outcome.Collided, null);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotImplemented && !_unconditional)
        {
            return (Outcome.ConditionRefused, null);
        }
    }

    private string TargetOf(string name) => $"s3://{location.Bucket}/{location.KeyOf(name)}";
}

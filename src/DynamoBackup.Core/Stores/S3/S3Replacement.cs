using Amazon.S3.Model;

namespace DynamoBackup.Stores.S3;

/// <summary>
/// Replaces a small object where it still has the version, its ETag, that was read: a conditional put (If-Match). Some compatible services
/// refuse the condition and others ignore it, so that the object is looked at before as well, and read back where the answer does not tell. Where the
/// service does not keep the condition, two writers within that moment may both take themselves for the winner; each next write finds it out.
/// </summary>
internal sealed class S3Replacement(S3Connection connection, S3ConditionalPut put, S3Location location)
{
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
            if (await put.RunAsync(name, content.ToArray(), SetCondition, cancellationToken) is { } taken)
                return taken;
            if (await LookAsync() is var after && (after is null || after.Version != version))
                return OwnVersion(after);

            void SetCondition(PutObjectRequest request)
            {
                if (version is null)
                    request.IfNoneMatch = condition;
                else
                    request.IfMatch = condition;
            }
        }

        throw new DynamoBackupException(BackupErrorCode.StoreWriteFailed, $"'{name}' in {location} could not be replaced: the service refused the write, though nothing else has changed it. Check that it knows conditional writes (If-Match).", name);

        Task<StoreVersion?> LookAsync() => ReadAsync(name, long.MaxValue, cancellationToken);

        string? OwnVersion(StoreVersion? found) => found is not null && found.Content.Span.SequenceEqual(content.Span) ? found.Version : null;
    }

    private string TargetOf(string name) => $"s3://{location.Bucket}/{location.KeyOf(name)}";
}

using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Stores.S3;

/// <summary>
/// Puts a small object on a condition. Some compatible services refuse the condition, and are asked without it from then on; others ignore it. So what came of a put is known
/// only where the service has taken it on the condition: else the object has to be read back.
/// </summary>
internal sealed class S3ConditionalPut(S3Connection connection, S3ObjectSettings settings, S3Location location)
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

    /// <summary>Puts the object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="setCondition">Puts the condition into a request.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Its version, where the service has taken it on the condition; null where it has to be read back what came of it.</returns>
    public async Task<string?> RunAsync(string name, byte[] content, Action<PutObjectRequest> setCondition, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        while (true)
        {
            var (outcome, taken) = await connection.CallAsync(
                client => PutOnceAsync(client, location.KeyOf(name), content, setCondition, cancellationToken), $"write '{name}' to {location}", StoreAccess.Write, location.ToString(), cancellationToken);
            if (outcome == Outcome.ConditionRefused)
            {
                // Another put may have found it out in the meantime; this one has to be made again all the same.
                if (!_unconditional)
                    connection.Output.Verbose($"{location} does not know conditional writes; what is written is read back.");
                _unconditional = true;
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

    /// <summary>
    /// Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes", and API reference, PutObject: 412 where the name is taken or the ETag
    /// differs, 409 where writers collided, 404 where the object is gone.
    /// </summary>
    private async Task<(Outcome Outcome, string? Taken)> PutOnceAsync(AmazonS3Client client, string key, byte[] content, Action<PutObjectRequest> setCondition, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        var request = settings.Put(location.Bucket, key, stream, Convert.ToBase64String(MD5.HashData(content)), isData: false);
        var isConditional = !_unconditional;
        if (isConditional)
            setCondition(request);
        try
        {
            var response = await client.PutObjectAsync(request, cancellationToken);
            return (Outcome.Answered, !isConditional || string.IsNullOrEmpty(response.ETag) ? null : response.ETag);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.PreconditionFailed
            || (exception.StatusCode == HttpStatusCode.NotFound && request.IfMatch is not null && exception.ErrorCode != "NoSuchBucket"))
        {
            // Perhaps after an attempt of our own whose answer was lost: reading back tells.
            return (Outcome.Answered, null);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.Conflict)
        {
            return (Outcome.Collided, null);
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotImplemented && isConditional)
        {
            return (Outcome.ConditionRefused, null);
        }
    }
}

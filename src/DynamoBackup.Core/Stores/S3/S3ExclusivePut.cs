using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using DynamoBackup.Aws;

namespace DynamoBackup.Stores.S3;

/// <summary>
/// Writes an object unless its name is taken. A conditional put (If-None-Match) lets one writer win; but some compatible services refuse
/// the condition and others ignore it, so that the object is looked for before and read back afterwards as well. Where the service does not
/// keep the condition, two writers within that moment may both take themselves for the winner.
/// </summary>
internal sealed class S3ExclusivePut(
    S3Connection connection, S3ObjectSettings settings, S3Location location, Func<string, CancellationToken, Task<Stream?>> openRead)
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

    private enum Held
    {
        Nothing,
        TheSame,
        Other,
    }

    /// <summary>Writes the object, or finds it there with the same bytes.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.StoreConflict"/>: other bytes are there.</exception>
    public async Task RunAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var held = await LookAsync(name, content, cancellationToken);
        if (held == Held.Nothing)
        {
            await PutAsync(name, content.ToArray(), cancellationToken);
            held = await LookAsync(name, content, cancellationToken);
        }

        if (held == Held.Other)
        {
            throw new DynamoBackupException(
                BackupErrorCode.StoreConflict, $"Another writer has stored something else as '{name}' in {location}. Nothing was replaced; run the backup again.", name);
        }

        if (held == Held.Nothing)
        {
            throw new DynamoBackupException(
                BackupErrorCode.StoreWriteFailed, $"'{name}' was written to {location} and is not there. Check that nothing else deletes from it, then run the backup again.", name);
        }
    }

    private async Task PutAsync(string name, byte[] content, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        while (true)
        {
            var outcome = await connection.CallAsync(
                client => PutOnceAsync(client, location.KeyOf(name), content, cancellationToken), $"write '{name}' to {location}", StoreAccess.Write, location.ToString(), cancellationToken);
            if (outcome == Outcome.ConditionRefused && !_unconditional)
            {
                _unconditional = true;
                connection.Output.Verbose($"{location} does not know conditional writes; what is written is read back.");
            }
            else if (outcome != Outcome.Collided || backoff.Attempts >= MostCollisions)
            {
                return;
            }
            else
            {
                await Task.Delay(backoff.Next(), cancellationToken);
            }
        }
    }

    /// <summary>Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes": 412 where the name is taken, 409 where writers collided.</summary>
    private async Task<Outcome> PutOnceAsync(AmazonS3Client client, string key, byte[] content, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content, writable: false);
        var request = settings.Put(location.Bucket, key, stream, Convert.ToBase64String(MD5.HashData(content)), isData: false);
        if (!_unconditional)
            request.IfNoneMatch = "*";
        try
        {
            await client.PutObjectAsync(request, cancellationToken);
            return Outcome.Answered;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            // Perhaps by an attempt of our own whose answer was lost: reading back tells.
            return Outcome.Answered;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.Conflict)
        {
            return Outcome.Collided;
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.NotImplemented && request.IfNoneMatch is not null)
        {
            return Outcome.ConditionRefused;
        }
    }

    private async Task<Held> LookAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var present = await openRead(name, cancellationToken);
        if (present is null)
            return Held.Nothing;
        return await present.HoldsAsync(content, cancellationToken) ? Held.TheSame : Held.Other;
    }
}

namespace DynamoBackup.Stores.S3;

/// <summary>
/// Writes an object unless its name is taken. A conditional put (If-None-Match) lets one writer win; but some compatible services refuse
/// the condition and others ignore it, so that the object is looked for before and read back afterwards as well. Where the service does not
/// keep the condition, two writers within that moment may both take themselves for the winner.
/// </summary>
internal sealed class S3ExclusivePut(S3ConditionalPut put, S3Location location, Func<string, CancellationToken, Task<Stream?>> openRead)
{
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
            await put.RunAsync(name, content.ToArray(), request => request.IfNoneMatch = "*", cancellationToken);
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

    private async Task<Held> LookAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var present = await openRead(name, cancellationToken);
        if (present is null)
            return Held.Nothing;
        return await present.HoldsAsync(content, cancellationToken) ? Held.TheSame : Held.Other;
    }
}

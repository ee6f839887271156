using System.Text.Json;

namespace DynamoBackup.Changes;

/// <summary>Gets iterators from positions, and says where a position can no longer be gone on from.</summary>
internal sealed class ShardIterators(StreamConnection connection, string streamArn, CaptureOptions options, IRunOutput output)
{
    private const string Operation = "GetShardIterator";

    /// <summary>An iterator behind the newest record.</summary>
    public Task<string> LatestAsync(string shardId, CancellationToken cancellationToken) => GetAsync(shardId, "LATEST", null, cancellationToken);

    /// <summary>An iterator behind a position.</summary>
    /// <exception cref="StreamGapException">What follows the position is no longer there, or may not be.</exception>
    public async Task<string> AtAsync(ShardState shard, CancellationToken cancellationToken)
    {
        var position = shard.Position;
        if (position.After is { } after)
            return await GetAsync(position.ShardId, "AFTER_SEQUENCE_NUMBER", after, cancellationToken);
        if (position.NotBefore is { } oldest)
        {
            return connection.Clock.Now - oldest < options.Retention
                ? await GetAsync(position.ShardId, "TRIM_HORIZON", null, cancellationToken)
                : throw new StreamGapException(streamArn, position.ShardId, $"it is wanted from {oldest:u} on, and the service keeps records for {options.Retention.TotalHours:0} hours only");
        }

        // The trim horizon would silently pass over what is gone; a start that is gone is an error.
        return (shard.Start is null ? null : await TryStartAsync(position.ShardId, shard.Start, cancellationToken))
            ?? await GetAsync(position.ShardId, "TRIM_HORIZON", null, cancellationToken);
    }

    /// <summary>What a failure to read a shard means: the service's word that records are gone is a gap.</summary>
    public StreamGapException? GapOf(string shardId, DynamoBackupException exception) => StreamErrors.CodeOf(exception) switch
    {
        StreamErrors.Trimmed => new StreamGapException(streamArn, shardId, "the records that come next have been trimmed", exception),
        StreamErrors.NotFound => new StreamGapException(streamArn, shardId, "the shard or the stream no longer exists", exception),
        _ => null,
    };

    private async Task<string?> TryStartAsync(string shardId, string start, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(shardId, "AT_SEQUENCE_NUMBER", start, cancellationToken);
        }
        catch (DynamoBackupException exception) when (StreamErrors.CodeOf(exception) == StreamErrors.Validation)
        {
            output.Debug($"Shard {shardId} cannot be read at the sequence number that it starts with; it is read from its oldest record.");
            return null;
        }
    }

    private async Task<string> GetAsync(string shardId, string type, string? sequenceNumber, CancellationToken cancellationToken)
    {
        var exchange = StreamConnection.NewExchange(Operation, "-", repeats: false);
        var body = StreamConnection.Body(writer =>
        {
            writer.WriteString("StreamArn", streamArn);
            writer.WriteString("ShardId", shardId);
            writer.WriteString("ShardIteratorType", type);
            if (sequenceNumber is not null)
                writer.WriteString("SequenceNumber", sequenceNumber);
        });
        try
        {
            await connection.CallAsync(exchange, body, "go on in the table's stream", streamArn, isProbe: false, output, cancellationToken);
            using var document = JsonDocument.Parse(exchange.Response);
            return document.RootElement.GetProperty("ShardIterator").GetString() ?? throw new KeyNotFoundException("There is no iterator.");
        }
        catch (DynamoBackupException exception) when (GapOf(shardId, exception) is { } gap)
        {
            throw gap;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw StreamConnection.Unexpected(Operation, "holds no iterator", streamArn, exception);
        }
    }
}

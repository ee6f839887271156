using System.Text.Json;
using DynamoBackup.Aws;

namespace DynamoBackup.Changes;

/// <summary>Describes a stream: DescribeStream, all its pages.</summary>
internal sealed class StreamLister(StreamConnection connection, string streamArn, IRunOutput output)
{
    private const string Operation = "DescribeStream";
    private const string Action = "describe the table's stream";

    /// <summary>Lists the stream's shards.</summary>
    /// <param name="isProbe">Whether a failing network is told at once.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <exception cref="StreamGapException">There is no such stream.</exception>
    public async Task<StreamListing> ListAsync(bool isProbe, CancellationToken cancellationToken)
    {
        var exchange = StreamConnection.NewExchange(Operation, "-", repeats: false);
        var shards = new Dictionary<string, StreamShard>(StringComparer.Ordinal);
        string? after = null;
        while (true)
        {
            await DescribeAsync(exchange, after, isProbe && after is null, cancellationToken);
            try
            {
                using var document = JsonDocument.Parse(exchange.Response);
                var description = document.RootElement.GetProperty("StreamDescription");
                foreach (var shard in description.GetProperty("Shards").EnumerateArray().Select(ReadShard))
                    shards[shard.Id] = shard;
                var last = Text(description, "LastEvaluatedShardId");
                if (last is null)
                    return new StreamListing(Text(description, "StreamStatus") ?? "", Text(description, "StreamViewType"), [.. shards.Values]);
                after = last != after ? last : throw new FormatException("The list does not go on.");
            }
            catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
            {
                throw StreamConnection.Unexpected(Operation, $"cannot be read ({exception.Message.TrimEnd('.')})", streamArn, exception);
            }
        }
    }

    private async Task DescribeAsync(WireExchange exchange, string? after, bool isProbe, CancellationToken cancellationToken)
    {
        var body = StreamConnection.Body(writer =>
        {
            writer.WriteString("StreamArn", streamArn);
            if (after is not null)
                writer.WriteString("ExclusiveStartShardId", after);
        });
        try
        {
            await connection.CallAsync(exchange, body, Action, streamArn, isProbe, output, cancellationToken);
        }
        catch (DynamoBackupException exception) when (StreamErrors.CodeOf(exception) == StreamErrors.NotFound)
        {
            throw new StreamGapException(streamArn, null, "the stream no longer exists", exception);
        }
    }

    private static StreamShard ReadShard(JsonElement json)
    {
        var range = json.TryGetProperty("SequenceNumberRange", out var value) ? value : default;
        return new StreamShard(Name(json, "ShardId") ?? throw new FormatException("A shard has no name."), Name(json, "ParentShardId"), Text(range, "StartingSequenceNumber"), Text(range, "EndingSequenceNumber") is not null);
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    /// <summary>A shard's name, which is written into lines of JSON as it is.</summary>
    private static string? Name(JsonElement json, string property) => Text(json, property) is not { } name ? null
        : name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') ? name
        : throw new FormatException("A shard's name holds what no name holds.");
}

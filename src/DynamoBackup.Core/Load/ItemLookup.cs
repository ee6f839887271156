using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;
using DynamoBackup.Wire;

namespace DynamoBackup.Load;

/// <summary>Reads single items as bytes, strongly consistent. For one worker.</summary>
internal sealed class ItemLookup(DynamoConnection connection, string table, IRunOutput output)
{
    private readonly WireExchange _exchange = new("Responses", JsonArrayFinder.AnyName);
    private readonly byte[] _opening = Encoding.UTF8.GetBytes($"{{\"RequestItems\":{{\"{JsonEncodedText.Encode(table)}\":{{\"ConsistentRead\":true,\"Keys\":[");
    private readonly BatchGetItemRequest _stand = new()
    {
        RequestItems = new Dictionary<string, KeysAndAttributes>
        {
            [table] = new() { Keys = [new Dictionary<string, AttributeValue> { ["-"] = new("-") }] },
        },
    };

    /// <summary>Finds an item; null where the table holds none. Its bytes are valid until the next call.</summary>
    /// <param name="keyJson">Its key as an item in JSON.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ReadOnlyMemory<byte>?> FindAsync(ReadOnlyMemory<byte> keyJson, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        _exchange.RequestBody = (byte[])[.. _opening, .. keyJson.Span, .. "]}}}"u8];
        while (true)
        {
            var response = await connection.CallAsync(
                () => _exchange.FlowThrough(() => connection.Client.BatchGetItemAsync(_stand, cancellationToken)), "read an item", table, output, cancellationToken);
            if (_exchange.Elements.Count > 0)
                return _exchange.Response.Slice(_exchange.Elements[0].Start, _exchange.Elements[0].Length);
            if (response.UnprocessedKeys is not { Count: > 0 })
                return null;
            await Task.Delay(backoff.Next(), cancellationToken);
        }
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;
using DynamoBackup.Wire;

namespace DynamoBackup.Load;

/// <summary>
/// Puts and deletes single items on the condition that the table's item is as it was seen. Where one is there, it is read again right before: another one than was seen is left alone, and
/// from then on the request's condition keeps watch. A condition that fails after the request was sent again may mean that it had been met the first time; so what is there then decides.
/// </summary>
internal sealed class ConditionalWriter(DynamoConnection connection, string table, string partitionKey, LoadPace? pace, IRunOutput output)
{
    private readonly WireExchange _exchange = new("-") { Throttled = pace is null ? null : pace.Throttled };
    private readonly ItemLookup _lookup = new(connection, table, output);
    private readonly CanonicalItem _found = new();
    private readonly CanonicalItem _written = new();
    private readonly PutItemRequest _put = new(table, new Dictionary<string, AttributeValue> { ["-"] = new("-") });
    private readonly DeleteItemRequest _delete = new(table, new Dictionary<string, AttributeValue> { ["-"] = new("-") });

    /// <summary>Does a write, or finds out why not.</summary>
    /// <exception cref="DynamoBackupException">The service refused it.</exception>
    public async Task<ConditionalOutcome> WriteAsync(ConditionalWrite write, CancellationToken cancellationToken)
    {
        if (write.Item is not null)
            _written.Read(write.Item);
        _exchange.Attempts = 0;
        return write.Seen is null ? await AddAsync(write, cancellationToken) : await ChangeAsync(write, cancellationToken);
    }

    private async Task<ConditionalOutcome> AddAsync(ConditionalWrite write, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var body = Open(write);
            ConditionText.AddMissing(body, partitionKey);
            if (await TrySendAsync(body, write, cancellationToken))
                return ConditionalOutcome.Done;
            if (await FindAsync(write, cancellationToken) is not null)
                return IsWritten() ? AlreadyOrDone : ConditionalOutcome.Changed;
        }
    }

    private async Task<ConditionalOutcome> ChangeAsync(ConditionalWrite write, CancellationToken cancellationToken)
    {
        if (await FindAsync(write, cancellationToken) is not { } json)
            return write.Item is null ? ConditionalOutcome.AlreadyGone : ConditionalOutcome.Changed;
        if (!SHA256.HashData(_found.Encoding).AsSpan().SequenceEqual(write.Seen))
            return write.Item is not null && IsWritten() ? ConditionalOutcome.AlreadySo : ConditionalOutcome.Changed;

        using var body = Open(write);
        if (!ConditionText.TryAddSame(body, _found, json.Span, write.Item is null ? null : _written))
            return ConditionalOutcome.TooManyAttributes;
        if (await TrySendAsync(body, write, cancellationToken))
            return ConditionalOutcome.Done;
        var isThere = await FindAsync(write, cancellationToken) is not null;
        if (write.Item is null)
            return isThere ? ConditionalOutcome.Changed : _exchange.Attempts > 1 ? ConditionalOutcome.Done : ConditionalOutcome.AlreadyGone;
        return isThere && IsWritten() ? AlreadyOrDone : ConditionalOutcome.Changed;
    }

    /// <summary>What it means that the table holds the very item, though the condition failed.</summary>
    private ConditionalOutcome AlreadyOrDone => _exchange.Attempts > 1 ? ConditionalOutcome.Done : ConditionalOutcome.AlreadySo;

    private bool IsWritten() => _found.Encoding.SequenceEqual(_written.Encoding);

    private MemoryStream Open(ConditionalWrite write)
    {
        var body = new MemoryStream(write.Length + 512);
        body.Write(Encoding.UTF8.GetBytes($"{{\"TableName\":\"{JsonEncodedText.Encode(table)}\",\"{(write.Item is null ? "Key" : "Item")}\":"));
        body.Write(write.Item ?? write.Key);
        return body;
    }

    /// <returns>False where the condition failed.</returns>
    private async Task<bool> TrySendAsync(MemoryStream body, ConditionalWrite write, CancellationToken cancellationToken)
    {
        body.Write(pace is null ? "}"u8 : ",\"ReturnConsumedCapacity\":\"TOTAL\"}"u8);
        _exchange.RequestBody = body.GetBuffer().AsMemory(0, (int)body.Length);
        var reserved = pace is null ? 0 : await pace.ReserveAsync(write.Units, cancellationToken);
        var (done, consumed) = await connection.CallAsync(
            () => _exchange.FlowThrough(() => SendOnceAsync(write, cancellationToken)),
            write.Item is null ? $"delete the item {write.Origin}" : $"write an item ({write.Origin})", table, output, cancellationToken);
        pace?.Settle(reserved, write.Units, consumed?.CapacityUnits);
        return done;
    }

    private async Task<(bool Done, ConsumedCapacity? Consumed)> SendOnceAsync(ConditionalWrite write, CancellationToken cancellationToken)
    {
        try
        {
            return write.Item is null
                ? (true, (await connection.Client.DeleteItemAsync(_delete, cancellationToken)).ConsumedCapacity)
                : (true, (await connection.Client.PutItemAsync(_put, cancellationToken)).ConsumedCapacity);
        }
        catch (ConditionalCheckFailedException)
        {
            return (false, null);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> FindAsync(ConditionalWrite write, CancellationToken cancellationToken)
    {
        if (await _lookup.FindAsync(write.Key, cancellationToken) is not { } json)
            return null;
        try
        {
            _found.Read(json.Span);
        }
        catch (InvalidItemException exception)
        {
            throw new DynamoBackupException(BackupErrorCode.InvalidItem, $"The service sent an item that is not valid DynamoDB JSON: {exception.Message}. Check that the endpoint is DynamoDB.", table, exception);
        }

        return json;
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;
using DynamoBackup.Segments;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Load;

/// <summary>
/// Reads items back by their keys and compares them with those of a backup, strongly consistent. Keys go out and items come in as bytes;
/// 100 keys a call is the service's limit (source: Amazon DynamoDB API reference, BatchGetItem).
/// </summary>
internal sealed class ReadBack(DynamoConnection connection, string table, IReadOnlyList<KeyAttribute> key, IRunOutput output)
{
    private const int MaxKeys = 100;

    private readonly WireExchange _exchange = new("Responses", JsonArrayFinder.AnyName);
    private readonly CanonicalItem _item = new();
    private readonly CanonicalItem _keyItem = new();
    private readonly Dictionary<string, Expected> _waiting = new(StringComparer.Ordinal);
    private readonly BatchGetItemRequest _stand = new()
    {
        RequestItems = new Dictionary<string, KeysAndAttributes>
        {
            [table] = new() { Keys = [new Dictionary<string, AttributeValue> { ["-"] = new("-") }] },
        },
    };

    /// <summary>Keys read back so far.</summary>
    public long Compared { get; private set; }

    /// <summary>Items that the table does not hold.</summary>
    public long Missing { get; private set; }

    /// <summary>Items that the table holds otherwise.</summary>
    public long Different { get; private set; }

    /// <summary>The first key that is missing or different, as JSON; null where there is none.</summary>
    public string? FirstFault { get; private set; }

    /// <summary>Takes an item to compare; asks the service when enough have come together.</summary>
    /// <param name="source">The item.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="mayDiffer">Whether it is enough that the table has the key.</param>
    public async Task AddAsync(SourceItem source, CancellationToken cancellationToken, bool mayDiffer = false)
    {
        source.ReadInto(_item);
        var keyJson = KeyOf(source.Json.Span, _item) ?? throw new DynamoBackupException(
            BackupErrorCode.InvalidItem, $"'{source.File.Name}' line {source.Line} lacks the table's key ({string.Join(", ", key)}).", source.File.Name);
        var expected = new Expected(keyJson, mayDiffer ? null : SHA256.HashData(_item.Encoding));
        _waiting[IdentityOf(keyJson)] = expected;
        if (_waiting.Count == MaxKeys)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Compares what has been taken and not yet asked for.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        Compared += _waiting.Count;
        while (_waiting.Count > 0)
        {
            _exchange.RequestBody = Body();
            var response = await connection.CallAsync(
                () => _exchange.FlowThrough(() => connection.Client.BatchGetItemAsync(_stand, cancellationToken)),
                "read items back", table, output, cancellationToken);
            var before = _waiting.Count;
            foreach (var slice in _exchange.Elements)
                Compare(_exchange.Response.Slice(slice.Start, slice.Length));

            // With keys left unprocessed, one without an answer may be one of them; without, it is not in the table.
            if (response.UnprocessedKeys is not { Count: > 0 })
            {
                foreach (var missing in _waiting.Values)
                    Fault(missing, isMissing: true);
                _waiting.Clear();
            }
            else
            {
                if (_waiting.Count < before)
                    backoff = new Backoff();
                await Task.Delay(backoff.Next(), cancellationToken);
            }
        }
    }

    private void Compare(ReadOnlyMemory<byte> json)
    {
        _item.Read(json.Span);
        if (KeyOf(json.Span, _item) is not { } keyJson || !_waiting.Remove(IdentityOf(keyJson), out var expected))
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, "The service answered with an item that was not asked for. Check what the endpoint is.", table);
        if (expected.Hash is { } hash && !SHA256.HashData(_item.Encoding).AsSpan().SequenceEqual(hash))
            Fault(expected, isMissing: false);
    }

    private void Fault(Expected expected, bool isMissing)
    {
        if (isMissing)
            Missing++;
        else
            Different++;
        FirstFault ??= Encoding.UTF8.GetString(expected.KeyJson);
    }

    private byte[] Body()
    {
        using var body = new MemoryStream();
        body.Write(Encoding.UTF8.GetBytes($"{{\"RequestItems\":{{\"{JsonEncodedText.Encode(table)}\":{{\"ConsistentRead\":true,\"Keys\":["));
        var first = true;
        foreach (var expected in _waiting.Values)
        {
            if (!first)
                body.WriteByte((byte)',');
            first = false;
            body.Write(expected.KeyJson);
        }

        body.Write("]}}}"u8);
        return body.ToArray();
    }

    /// <summary>The key alone, as an item in JSON, cut out of the item's own bytes.</summary>
    private byte[]? KeyOf(ReadOnlySpan<byte> json, CanonicalItem item)
    {
        using var text = new MemoryStream();
        foreach (var attribute in key)
        {
            if (!item.TryGetAttribute(attribute.Utf8Name.Span, out var value, out _))
                return null;
            text.Write(text.Length == 0 ? "{\""u8 : ",\""u8);
            text.Write(JsonEncodedText.Encode(attribute.Name).EncodedUtf8Bytes);
            text.Write("\":"u8);
            text.Write(json.Slice(value.Start, value.Length));
        }

        text.WriteByte((byte)'}');
        return text.ToArray();
    }

    /// <summary>The key in canonical form, so that it is found however the service spells it.</summary>
    private string IdentityOf(byte[] keyJson)
    {
        _keyItem.Read(keyJson);
        return Convert.ToBase64String(_keyItem.Encoding);
    }

    private sealed record Expected(byte[] KeyJson, byte[]? Hash);
}

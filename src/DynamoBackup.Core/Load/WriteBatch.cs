using System.Text;
using System.Text.Json;
using DynamoBackup.Segments;
using DynamoBackup.Wire;

namespace DynamoBackup.Load;

/// <summary>
/// The body of one BatchWriteItem call, put together from items as bytes. 25 operations and 16 MB are the service's limits
/// (source: Amazon DynamoDB API reference, BatchWriteItem).
/// </summary>
internal sealed class WriteBatch
{
    /// <summary>Most operations of a call.</summary>
    public const int MaxOperations = 25;

    /// <summary>Most bytes of a body; half the service's limit, for memory's sake: only items near 400 KB come near it.</summary>
    public const int MaxBytes = 8 << 20;

    private readonly byte[] _opening;
    private byte[] _body = new byte[32 * 1024];

    /// <summary>An empty batch for a table.</summary>
    public WriteBatch(string table)
    {
        _opening = Encoding.UTF8.GetBytes($"{{\"RequestItems\":{{\"{JsonEncodedText.Encode(table)}\":[");
        Clear();
    }

    /// <summary>The files that its items are from, one for each item, for whoever keeps a ledger. Emptying the batch leaves them.</summary>
    public List<FileLoad> Files { get; } = [];

    /// <summary>Number of operations.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the body so far.</summary>
    public int Length { get; private set; }

    /// <summary>Write units that its items cost by themselves: one for each KB begun.</summary>
    public double Units { get; private set; }

    /// <summary>The first item's place in the backup, for errors.</summary>
    public string Origin { get; private set; } = "";

    private static ReadOnlySpan<byte> Closing => "]}}"u8;

    private static ReadOnlySpan<byte> MeteredClosing => "]},\"ReturnConsumedCapacity\":\"TOTAL\"}"u8;

    private static ReadOnlySpan<byte> PutOpening => "{\"PutRequest\":{\"Item\":"u8;

    private static ReadOnlySpan<byte> PutClosing => "}}"u8;

    private static ReadOnlySpan<byte> DeleteOpening => "{\"DeleteRequest\":{\"Key\":"u8;

    /// <summary>Tells whether one more item keeps the call within its limits.</summary>
    /// <param name="itemLength">Bytes of the item's JSON.</param>
    /// <param name="units">What the item costs by itself.</param>
    /// <param name="mostUnits">What the batch's items may cost by themselves.</param>
    public bool HasRoomFor(int itemLength, int units, double mostUnits) =>
        Count == 0 || (Count < MaxOperations && Units + units <= mostUnits
            && Length + itemLength + PutOpening.Length + PutClosing.Length + 1 + MeteredClosing.Length <= MaxBytes);

    /// <summary>Adds the putting of an item.</summary>
    public void Add(SourceItem item, int units)
    {
        if (Count == 0)
            Origin = $"'{item.File.Name}' line {item.Line}";
        BeginOperation();
        Append(PutOpening);
        Append(item.Json.Span);
        Append(PutClosing);
        Units += units;
    }

    /// <summary>Adds the deletion of an item.</summary>
    /// <param name="keyJson">Its key as an item in JSON.</param>
    /// <param name="units">What the item costs by itself.</param>
    public void AddDelete(ReadOnlySpan<byte> keyJson, int units)
    {
        if (Count == 0)
            Origin = $"the deletion of {Encoding.UTF8.GetString(keyJson)}";
        BeginOperation();
        Append(DeleteOpening);
        Append(keyJson);
        Append(PutClosing);
        Units += units;
    }

    /// <summary>The whole body.</summary>
    /// <param name="metered">Whether the answer is to tell what the batch has cost.</param>
    public ReadOnlyMemory<byte> ToBody(bool metered)
    {
        var length = Length;
        Append(metered ? MeteredClosing : Closing);
        var body = _body.AsMemory(0, Length);
        Length = length;
        return body;
    }

    /// <summary>Keeps only the operations that a response gives back as not processed. Their units are an estimate: a share of the batch's.</summary>
    public void ReplaceBy(ReadOnlySpan<byte> response, IReadOnlyList<JsonSlice> operations)
    {
        var (origin, units) = (Origin, Units * operations.Count / Math.Max(1, Count));
        Clear();
        (Origin, Units) = (origin, units);
        foreach (var operation in operations)
        {
            BeginOperation();
            Append(response.Slice(operation.Start, operation.Length));
        }
    }

    /// <summary>Empties the batch for the next use.</summary>
    public void Clear()
    {
        Count = 0;
        Length = 0;
        Units = 0;
        Append(_opening);
    }

    private void BeginOperation()
    {
        if (Count++ > 0)
            Append(","u8);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_body.Length - Length < bytes.Length)
            Array.Resize(ref _body, Math.Max(_body.Length * 2, Length + bytes.Length));
        bytes.CopyTo(_body.AsSpan(Length));
        Length += bytes.Length;
    }
}

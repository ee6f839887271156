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

    /// <summary>Number of operations.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the body so far.</summary>
    public int Length { get; private set; }

    /// <summary>The first item's place in the backup, for errors.</summary>
    public string Origin { get; private set; } = "";

    private static ReadOnlySpan<byte> Closing => "]}}"u8;

    private static ReadOnlySpan<byte> PutOpening => "{\"PutRequest\":{\"Item\":"u8;

    private static ReadOnlySpan<byte> PutClosing => "}}"u8;

    /// <summary>Tells whether one more item keeps the call within its limits.</summary>
    public bool HasRoomFor(int itemLength) =>
        Count == 0 || (Count < MaxOperations && Length + itemLength + PutOpening.Length + PutClosing.Length + 1 + Closing.Length <= MaxBytes);

    /// <summary>Adds the putting of an item.</summary>
    public void Add(SourceItem item)
    {
        if (Count == 0)
            Origin = $"'{item.File.Name}' line {item.Line}";
        BeginOperation();
        Append(PutOpening);
        Append(item.Json.Span);
        Append(PutClosing);
    }

    /// <summary>The whole body.</summary>
    public ReadOnlyMemory<byte> ToBody()
    {
        var length = Length;
        Append(Closing);
        var body = _body.AsMemory(0, Length);
        Length = length;
        return body;
    }

    /// <summary>Keeps only the operations that a response gives back as not processed.</summary>
    public void ReplaceBy(ReadOnlySpan<byte> response, IReadOnlyList<JsonSlice> operations)
    {
        var origin = Origin;
        Clear();
        Origin = origin;
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

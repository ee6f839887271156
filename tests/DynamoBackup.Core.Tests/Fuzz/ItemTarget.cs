using DynamoBackup.Core.Tests.Wire;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>The canonicaliser: what it accepts is JSON to the framework, and has the same encoding and size to the slow reference.</summary>
internal sealed class ItemTarget : FuzzTarget
{
    private readonly CanonicalItem _item = new();

    public override IReadOnlyList<byte[]> Corpus { get; } = FuzzItems.All;

    public override IReadOnlyList<byte[]> Words => FuzzItems.Words;

    /// <summary>The reference takes big integers and lists of bytes for what the engine does in place.</summary>
    public override long FixedAllocation => 32 << 20;

    public override bool Read(byte[] input, Random random) => IsEqualItem(_item, input);

    /// <summary>Reads an item and compares it with the reference; false where it is refused as documented.</summary>
    public static bool IsEqualItem(CanonicalItem item, ReadOnlyMemory<byte> json)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            item.Read(json.Span);
        }
        catch (InvalidItemException exception)
        {
            return exception.Offset >= 0 && exception.Offset <= json.Length ? false : throw new InvalidDataException($"The offset {exception.Offset} is outside the item.");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        // The runtime counts in steps of 8 KiB.
        if (allocated > (16 << 10) + 64L * json.Length)
            throw new InvalidDataException($"{allocated:N0} bytes were allocated by the engine for an item of {json.Length:N0}.");
        var (encoding, itemBytes) = CanonicalReference.Encode(json);
        return item.Encoding.SequenceEqual(encoding) && item.ItemBytes == itemBytes
            ? true
            : throw new InvalidDataException($"Accepted as {Convert.ToHexString(item.Encoding)} of {item.ItemBytes} bytes; the reference says {Convert.ToHexString(encoding)} of {itemBytes}.");
    }
}

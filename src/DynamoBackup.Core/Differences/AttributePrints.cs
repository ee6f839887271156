using System.Buffers.Binary;
using System.Text;
using DynamoBackup.Wire;

namespace DynamoBackup.Differences;

/// <summary>A hash of each top-level attribute of an item, by which two items tell what differs between them. For one thread.</summary>
internal sealed class AttributePrints
{
    private readonly CanonicalBuffer _prints = new();
    private readonly CanonicalBuffer _text = new();
    private readonly CanonicalItem _value = new();

    /// <summary>Takes the attributes of an item.</summary>
    /// <param name="item">The item, as read.</param>
    /// <param name="json">What it was read from.</param>
    /// <returns>Each as its name's length, its name and its value's hash; valid until the next item.</returns>
    public ReadOnlySpan<byte> Of(CanonicalItem item, ReadOnlySpan<byte> json)
    {
        _prints.Truncate(0);
        for (var index = 0; index < item.AttributeCount; index++)
        {
            var name = item.AttributeName(index, out var slice);
            _text.Truncate(0);
            _text.Add("{\"-\":"u8);
            _text.Add(json.Slice(slice.Start, slice.Length));
            _text.Add((byte)'}');
            _value.Read(_text.Written);
            BinaryPrimitives.WriteInt32LittleEndian(_prints.Reserve(sizeof(int)), name.Length);
            _prints.Claim(sizeof(int));
            _prints.Add(name);
            Hash256.Of(_value.Encoding).Write(_prints.Reserve(Hash256.Size));
            _prints.Claim(Hash256.Size);
        }

        return _prints.Written;
    }

    /// <summary>What differs between two items, by name.</summary>
    public static IReadOnlyList<AttributeDifference> Compare(ReadOnlySpan<byte> reference, ReadOnlySpan<byte> difference)
    {
        var (before, after) = (Read(reference), Read(difference));
        var found = before.Where(attribute => !after.ContainsKey(attribute.Key)).Select(attribute => new AttributeDifference(attribute.Key, ItemChange.Removed))
            .Concat(after.Where(attribute => !before.ContainsKey(attribute.Key)).Select(attribute => new AttributeDifference(attribute.Key, ItemChange.Added)))
            .Concat(before.Where(attribute => after.TryGetValue(attribute.Key, out var value) && value != attribute.Value).Select(attribute => new AttributeDifference(attribute.Key, ItemChange.Changed)));
        return [.. found.OrderBy(attribute => attribute.Name, StringComparer.Ordinal)];
    }

    private static Dictionary<string, Hash256> Read(ReadOnlySpan<byte> prints)
    {
        var attributes = new Dictionary<string, Hash256>(StringComparer.Ordinal);
        while (!prints.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(prints);
            attributes.Add(Encoding.UTF8.GetString(prints.Slice(sizeof(int), length)), Hash256.Read(prints[(sizeof(int) + length)..]));
            prints = prints[(sizeof(int) + length + Hash256.Size)..];
        }

        return attributes;
    }
}

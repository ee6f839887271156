using System.Text.Json;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Differences;

/// <summary>Takes the key out of items, as bytes. For one thread; allocates nothing per item.</summary>
internal sealed class KeyReader
{
    private readonly (ReadOnlyMemory<byte> Name, byte[] Opening)[] _attributes;
    private readonly CanonicalBuffer _text = new();
    private readonly CanonicalItem _canonical = new();

    /// <summary>Reads keys of one table.</summary>
    /// <param name="key">The table's key.</param>
    public KeyReader(IReadOnlyList<KeyAttribute> key) => _attributes =
    [
        .. key.Select((attribute, index) =>
            (attribute.Utf8Name, (byte[])[.. index == 0 ? "{\""u8 : ",\""u8, .. JsonEncodedText.Encode(attribute.Name).EncodedUtf8Bytes, .. "\":"u8])),
    ];

    /// <summary>The key read last as an item in JSON, its values spelled as in the item.</summary>
    public ReadOnlySpan<byte> Json => _text.Written;

    /// <summary>Reads an item's key.</summary>
    /// <param name="item">The item, as read.</param>
    /// <param name="json">What it was read from.</param>
    /// <param name="hash">The hash of the key in canonical form: 1 and 1.0 are one key.</param>
    /// <returns>False where the item lacks an attribute of the key.</returns>
    public bool TryRead(CanonicalItem item, ReadOnlySpan<byte> json, out Hash256 hash)
    {
        _text.Truncate(0);
        hash = default;
        foreach (var (name, opening) in _attributes)
        {
            if (!item.TryGetAttribute(name.Span, out var value, out _))
                return false;
            _text.Add(opening);
            _text.Add(json.Slice(value.Start, value.Length));
        }

        _text.Add((byte)'}');
        _canonical.Read(_text.Written);
        hash = Hash256.Of(_canonical.Encoding);
        return true;
    }
}

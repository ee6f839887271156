using System.Buffers;
using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>Lines of an incremental backup: changes whose Keys are the table's key and nothing else, and whose images are of the item with that key.</summary>
/// <param name="key">How to check keys; null where the table's key is not known.</param>
/// <param name="keyCount">Number of the key's attributes; null where the table's key is not known.</param>
internal sealed class ChangeLineCheck(KeyCheck? key, int? keyCount) : ILineCheck
{
    private readonly CanonicalChange _change = new();
    private readonly CanonicalItem _keys = new();
    private readonly CanonicalItem _image = new();
    private readonly CanonicalItem _left = new();
    private readonly CanonicalItem _right = new();
    private readonly ArrayBufferWriter<byte> _text = new(256);
    private ChangeLine _line;

    /// <inheritdoc/>
    public string Noun => "changes";

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> line)
    {
        _line = _change.Read(line);
        return _change.Encoding;
    }

    /// <inheritdoc/>
    public (FindingKind Kind, string Detail)? FindFault(ReadOnlySpan<byte> line)
    {
        var keys = line.Slice(_line.Keys.Start, _line.Keys.Length);
        _keys.Read(keys);
        if (key?.FindFault(_keys, keys) is { } fault)
            return (fault.Kind, $"The change's Keys: {fault.Detail}");
        if (keyCount is { } count && _keys.AttributeCount != count)
            return (FindingKind.KeyMissing, "The change's Keys hold more than the key's attributes.");
        return FindImageFault(line, keys, _line.OldImage, "OldImage") ?? FindImageFault(line, keys, _line.NewImage, "NewImage");
    }

    private (FindingKind Kind, string Detail)? FindImageFault(ReadOnlySpan<byte> line, ReadOnlySpan<byte> keys, JsonSlice? place, string name)
    {
        if (place is not { } slice)
            return null;
        var image = line.Slice(slice.Start, slice.Length);
        _image.Read(image);
        for (var index = 0; index < _keys.AttributeCount; index++)
        {
            if (!_image.TryGetAttribute(_keys.AttributeName(index, out var wanted), out var found, out _)
                || !AreEqual(keys.Slice(wanted.Start, wanted.Length), image.Slice(found.Start, found.Length)))
                return (FindingKind.KeyMissing, $"The change's {name} is not of the item that its Keys name.");
        }

        return null;
    }

    /// <summary>Tells whether two attribute values are the same one, however they are spelled.</summary>
    private bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.SequenceEqual(right))
            return true;
        ReadAlone(_left, left);
        ReadAlone(_right, right);
        return _left.Encoding.SequenceEqual(_right.Encoding);
    }

    private void ReadAlone(CanonicalItem item, ReadOnlySpan<byte> value)
    {
        _text.ResetWrittenCount();
        _text.Write("{\"\":"u8);
        _text.Write(value);
        _text.Write("}"u8);
        item.Read(_text.WrittenSpan);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using DynamoBackup.Wire;

namespace DynamoBackup.Items;

/// <summary>Takes the values of some attributes out of items, in canonical form: 1 and 1.0 are one value. For one thread.</summary>
internal sealed class KeyReader
{
    private readonly ArrayBufferWriter<byte> _text = new(256);
    private readonly CanonicalItem _canonical = new();

    /// <summary>A hash of the attributes' values; null where the item lacks one of them.</summary>
    /// <param name="item">The item, as read.</param>
    /// <param name="json">What it was read from.</param>
    /// <param name="names">The attributes' names, in UTF-8.</param>
    public UInt128? IdentityOf(CanonicalItem item, ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> names)
    {
        _text.ResetWrittenCount();
        // A list keeps the values in the order of the names.
        _text.Write("{\"\":{\"L\":["u8);
        for (var index = 0; index < names.Count; index++)
        {
            if (!item.TryGetAttribute(names[index].Span, out var value, out _))
                return null;
            if (index > 0)
                _text.Write(","u8);
            _text.Write(json.Slice(value.Start, value.Length));
        }

        _text.Write("]}}"u8);
        _canonical.Read(_text.WrittenSpan);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_canonical.Encoding, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

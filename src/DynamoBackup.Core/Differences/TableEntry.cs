using System.Buffers.Binary;

namespace DynamoBackup.Differences;

/// <summary>What is kept of an item of the table while it is compared: hashes, and the key itself, by which an extra item is deleted.</summary>
/// <param name="bytes">The record and whatever lies behind it.</param>
internal readonly ref struct TableEntry(ReadOnlySpan<byte> bytes)
{
    private const int KeyStart = 2 * Hash256.Size + 2 + 4;
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The key's hash.</summary>
    public Hash256 Key => Hash256.Read(_bytes);

    /// <summary>The item's hash.</summary>
    public Hash256 Item => Hash256.Read(_bytes[Hash256.Size..]);

    /// <summary>The write units that it costs by itself.</summary>
    public int Units => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[(2 * Hash256.Size)..]);

    /// <summary>The key as an item in JSON.</summary>
    public ReadOnlySpan<byte> KeyJson => _bytes.Slice(KeyStart, BinaryPrimitives.ReadInt32LittleEndian(_bytes[(2 * Hash256.Size + 2)..]));

    /// <summary>The record's own bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes[..(KeyStart + KeyJson.Length)];

    /// <summary>Bytes that a record of a key takes.</summary>
    public static int SizeOf(int keyLength) => KeyStart + keyLength;

    /// <summary>Writes a record.</summary>
    public static void Write(Span<byte> bytes, Hash256 key, Hash256 item, int units, ReadOnlySpan<byte> keyJson)
    {
        key.Write(bytes);
        item.Write(bytes[Hash256.Size..]);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * Hash256.Size)..], checked((ushort)units));
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(2 * Hash256.Size + 2)..], keyJson.Length);
        keyJson.CopyTo(bytes[KeyStart..]);
    }
}

using System.Buffers.Binary;

namespace DynamoBackup.Differences;

/// <summary>What is kept of an item while two backups, or a backup and a table, are compared to tell the differences: hashes, the key, and a hash of each attribute.</summary>
/// <param name="bytes">The record and whatever lies behind it.</param>
internal readonly ref struct ItemEntry(ReadOnlySpan<byte> bytes)
{
    private const int KeyStart = 2 * Hash256.Size + 2 * sizeof(int);
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The key's hash.</summary>
    public Hash256 Key => Hash256.Read(_bytes);

    /// <summary>The item's hash.</summary>
    public Hash256 Item => Hash256.Read(_bytes[Hash256.Size..]);

    /// <summary>The key as an item in JSON; empty where only counts are asked for.</summary>
    public ReadOnlySpan<byte> KeyJson => _bytes.Slice(KeyStart, BinaryPrimitives.ReadInt32LittleEndian(_bytes[(2 * Hash256.Size)..]));

    /// <summary>The attributes, each as its name's length, its name and its value's hash; empty where only counts are asked for.</summary>
    public ReadOnlySpan<byte> Attributes => _bytes.Slice(KeyStart + KeyJson.Length, BinaryPrimitives.ReadInt32LittleEndian(_bytes[(2 * Hash256.Size + sizeof(int))..]));

    /// <summary>The record's length.</summary>
    public int Length => KeyStart + KeyJson.Length + Attributes.Length;

    /// <summary>Writes a record.</summary>
    public static byte[] Write(byte[] buffer, Hash256 key, Hash256 item, ReadOnlySpan<byte> keyJson, ReadOnlySpan<byte> attributes, out int length)
    {
        length = KeyStart + keyJson.Length + attributes.Length;
        if (buffer.Length < length)
            buffer = new byte[length * 2];
        key.Write(buffer);
        item.Write(buffer.AsSpan(Hash256.Size));
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(2 * Hash256.Size), keyJson.Length);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(2 * Hash256.Size + sizeof(int)), attributes.Length);
        keyJson.CopyTo(buffer.AsSpan(KeyStart));
        attributes.CopyTo(buffer.AsSpan(KeyStart + keyJson.Length));
        return buffer;
    }
}

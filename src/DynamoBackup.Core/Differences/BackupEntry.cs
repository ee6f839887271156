using System.Buffers.Binary;

namespace DynamoBackup.Differences;

/// <summary>What is kept of an item of the backup while it is compared: hashes, and where the item lies.</summary>
/// <param name="bytes">The record, of <see cref="Size"/> bytes.</param>
internal readonly ref struct BackupEntry(ReadOnlySpan<byte> bytes)
{
    /// <summary>Bytes of a record.</summary>
    public const int Size = 2 * Hash256.Size + 4 + 4 + 2;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The key's hash.</summary>
    public Hash256 Key => Hash256.Read(_bytes);

    /// <summary>The item's hash.</summary>
    public Hash256 Item => Hash256.Read(_bytes[Hash256.Size..]);

    /// <summary>The data file's place in the backup's list.</summary>
    public int File => BinaryPrimitives.ReadInt32LittleEndian(_bytes[(2 * Hash256.Size)..]);

    /// <summary>How many items are before it in the file.</summary>
    public uint Ordinal => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[(2 * Hash256.Size + 4)..]);

    /// <summary>The write units that it costs by itself.</summary>
    public int Units => BinaryPrimitives.ReadUInt16LittleEndian(_bytes[(2 * Hash256.Size + 8)..]);

    /// <summary>Writes a record.</summary>
    public static void Write(Span<byte> bytes, Hash256 key, Hash256 item, int file, uint ordinal, int units)
    {
        key.Write(bytes);
        item.Write(bytes[Hash256.Size..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[(2 * Hash256.Size)..], file);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(2 * Hash256.Size + 4)..], ordinal);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * Hash256.Size + 8)..], checked((ushort)units));
    }
}

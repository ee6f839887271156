using System.Runtime.InteropServices;

namespace DynamoBackup.Differences;

/// <summary>An item of the backup that the table lacks or holds otherwise.</summary>
/// <param name="File">The data file's place in the backup's list.</param>
/// <param name="Ordinal">How many items are before it in the file.</param>
/// <param name="Units">The write units that it costs by itself.</param>
/// <param name="IsMissing">Whether the table lacks it.</param>
/// <param name="Item">The item's hash: what is read again must have it.</param>
/// <param name="Seen">The hash of the table's item; nothing where that is missing.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct Change(int File, uint Ordinal, int Units, bool IsMissing, Hash256 Item, Hash256 Seen)
{
    /// <summary>Bytes of a record.</summary>
    public const int Size = 4 + 4 + 4 + 1 + 2 * Hash256.Size;

    /// <summary>The record's bytes.</summary>
    public static ReadOnlySpan<byte> BytesOf(in Change change) => MemoryMarshal.AsBytes(new ReadOnlySpan<Change>(in change));
}

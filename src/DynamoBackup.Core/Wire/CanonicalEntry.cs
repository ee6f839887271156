using System.Buffers.Binary;

namespace DynamoBackup.Wire;

/// <summary>A map entry, or a set's member, as it lies in the canonical buffer, with what is needed to sort it.</summary>
/// <param name="Start">Where the entry begins in the buffer (its name's length, or the member).</param>
/// <param name="Length">Bytes of the whole entry.</param>
/// <param name="KeyStart">Where the bytes to sort by begin: the name, or the member.</param>
/// <param name="KeyLength">How many they are.</param>
/// <param name="Prefix">The first eight bytes to sort by, as a big-endian number.</param>
internal readonly record struct CanonicalEntry(int Start, int Length, int KeyStart, int KeyLength, ulong Prefix)
{
    /// <summary>The first eight bytes of a key as a number that sorts as the bytes do; short keys are padded with zeros.</summary>
    public static ulong PrefixOf(ReadOnlySpan<byte> key)
    {
        if (key.Length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(key);
        ulong prefix = 0;
        for (var index = 0; index < key.Length; index++)
            prefix |= (ulong)key[index] << (56 - 8 * index);
        return prefix;
    }
}

using System.Runtime.CompilerServices;

namespace DynamoBackup.Wire;

/// <summary>A map entry, or a set's member, as it lies in the canonical buffer, with what is needed to sort it.</summary>
/// <param name="Start">Where the entry begins in the buffer (its name's length, or the member).</param>
/// <param name="Length">Bytes of the whole entry.</param>
/// <param name="KeyStart">Where the bytes to sort by begin: the name, or the member.</param>
/// <param name="KeyLength">How many they are.</param>
/// <param name="Prefix">The first eight bytes to sort by, as a big-endian number.</param>
internal readonly record struct CanonicalEntry(int Start, int Length, int KeyStart, int KeyLength, ulong Prefix)
{
    /// <summary>The first bytes of a key as a number that sorts as the bytes do; short keys are padded with zeros.</summary>
    /// <param name="eight">The eight bytes at the key's start, big-endian; what lies behind a short key does not count.</param>
    /// <param name="length">The key's length.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong PrefixOf(ulong eight, int length) => length switch
    {
        >= sizeof(ulong) => eight,
        0 => 0,
        _ => eight & ulong.MaxValue << (64 - 8 * length),
    };
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DynamoBackup.Wire;

/// <summary>
/// Finds where the objects of a JSON array begin and end without parsing them: 64 bytes a step, quotes, escapes and brackets as bit
/// masks. A step in which no element can end costs a few instructions, so long items are passed at memory speed. It assumes
/// well-formed JSON (what it hands on is validated by <see cref="CanonicalItem"/>), and never reads outside the buffer.
/// </summary>
public static class JsonSlicer
{
    private const int BlockSize = 64;
    private const ulong EvenBits = 0x5555_5555_5555_5555;

    /// <summary>Collects the objects (or arrays) directly inside the array that begins at <paramref name="start"/>.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="start">Offset of the opening bracket.</param>
    /// <param name="elements">Receives the elements in order.</param>
    /// <returns>The offset just behind the closing bracket.</returns>
    /// <exception cref="FormatException">The array does not end.</exception>
    public static int SliceElements(ReadOnlySpan<byte> json, int start, ICollection<JsonSlice> elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return Walk(json, start, elements);
    }

    /// <summary>Passes over the object or array that begins at <paramref name="start"/>.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="start">Offset of the opening bracket.</param>
    /// <returns>The offset just behind the closing bracket.</returns>
    /// <exception cref="FormatException">The value does not end.</exception>
    public static int Skip(ReadOnlySpan<byte> json, int start) => Walk(json, start, null);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Walk(ReadOnlySpan<byte> json, int start, ICollection<JsonSlice>? elements)
    {
        Span<byte> tail = stackalloc byte[BlockSize];
        // With elements wanted, the blocks that matter are those in which depth may come back to 1; else those in which it may reach 0.
        var watched = elements is null ? 0 : 1;
        var depth = 0;
        var elementStart = 0;
        var inString = 0UL;
        var escapeCarry = 0UL;

        for (var offset = start; offset < json.Length; offset += BlockSize)
        {
            scoped var block = json[offset..];
            if (block.Length < BlockSize)
            {
                tail.Fill((byte)' ');
                block.CopyTo(tail);
                block = tail;
            }

            var masks = BlockMasks.Of(block);
            var quotes = masks.Quotes & ~FindEscaped(masks.Backslashes, ref escapeCarry);
            var strings = PrefixXor(quotes) ^ inString;
            inString = (ulong)((long)strings >> 63);
            var opens = masks.Opens & ~strings;
            var closes = masks.Closes & ~strings;

            var closing = BitOperations.PopCount(closes);
            if (depth - closing > watched)
            {
                depth += BitOperations.PopCount(opens) - closing;
                continue;
            }

            for (var rest = opens | closes; rest != 0; rest &= rest - 1)
            {
                var bit = BitOperations.TrailingZeroCount(rest);
                if ((opens >> bit & 1) != 0)
                {
                    if (++depth == 2)
                        elementStart = offset + bit;
                    continue;
                }

                if (--depth == 0)
                    return offset + bit + 1;
                if (depth == 1)
                    elements?.Add(new JsonSlice(elementStart, offset + bit + 1 - elementStart));
            }
        }

        throw new FormatException("The JSON value does not end.");
    }

    /// <summary>Marks the characters that an odd run of backslashes makes literal; the carry joins blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FindEscaped(ulong backslashes, ref ulong carry)
    {
        if (backslashes == 0)
        {
            var escapedFirst = carry;
            carry = 0;
            return escapedFirst;
        }

        backslashes &= ~carry;
        var follows = backslashes << 1 | carry;
        var oddStarts = backslashes & ~EvenBits & ~follows;
        var sequences = oddStarts + backslashes;
        carry = sequences < oddStarts ? 1UL : 0UL;
        return (EvenBits ^ sequences << 1) & follows;
    }

    /// <summary>Bit n of the result is the parity of bits 0 to n: set from an opening quote up to, not including, the closing one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixXor(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        bits ^= bits << 32;
        return bits;
    }

    private readonly ref struct BlockMasks(ulong quotes, ulong backslashes, ulong opens, ulong closes)
    {
        public readonly ulong Quotes = quotes;
        public readonly ulong Backslashes = backslashes;
        public readonly ulong Opens = opens;
        public readonly ulong Closes = closes;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static BlockMasks Of(ReadOnlySpan<byte> block) =>
            Vector128.IsHardwareAccelerated ? Vectored(ref MemoryMarshal.GetReference(block)) : Scalar(block);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static BlockMasks Vectored(ref byte block)
        {
            var low = Vector256.LoadUnsafe(ref block);
            var high = Vector256.LoadUnsafe(ref block, 32);
            // '[' and '{' differ in one bit, as do ']' and '}': with it set, one comparison finds both.
            var caseBit = Vector256.Create((byte)0x20);
            var lowFolded = low | caseBit;
            var highFolded = high | caseBit;
            return new BlockMasks(
                Mask(low, high, (byte)'"'), Mask(low, high, (byte)'\\'), Mask(lowFolded, highFolded, (byte)'{'), Mask(lowFolded, highFolded, (byte)'}'));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value)
        {
            var wanted = Vector256.Create(value);
            return (ulong)Vector256.Equals(high, wanted).ExtractMostSignificantBits() << 32 | Vector256.Equals(low, wanted).ExtractMostSignificantBits();
        }

        private static BlockMasks Scalar(ReadOnlySpan<byte> block)
        {
            ulong quotes = 0, backslashes = 0, opens = 0, closes = 0;
            for (var index = 0; index < BlockSize; index++)
            {
                var bit = 1UL << index;
                switch (block[index])
                {
                    case (byte)'"': quotes |= bit; break;
                    case (byte)'\\': backslashes |= bit; break;
                    case (byte)'{' or (byte)'[': opens |= bit; break;
                    case (byte)'}' or (byte)']': closes |= bit; break;
                }
            }

            return new BlockMasks(quotes, backslashes, opens, closes);
        }
    }
}

using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DynamoBackup.Wire;

/// <content>The way that most attributes go: short strings and whole numbers, written just as DynamoDB writes them.</content>
public sealed partial class CanonicalItem
{
    private const int Vector = 32;

    /// <summary>What stands between a name and a value's characters, <c>":{"S":"</c>, without the type's letter.</summary>
    private const ulong Between = 0x22_3a_22_00_22_7b_3a_22;

    private const ulong BetweenMask = 0xff_ff_ff_00_ff_ff_ff_ff;
    private const int BetweenBytes = 8;

    /// <summary>Most that one entry writes: lengths, tag and a vector each for name and value.</summary>
    private const int MostWritten = 2 * Vector + 8;

    /// <summary>
    /// Reads entries as long as they are plain. All positions stay in registers, which makes it twice as fast as the reading of just anything.
    /// </summary>
    /// <param name="cursor">Stands at an entry.</param>
    /// <param name="depth">The map's depth.</param>
    /// <param name="size">Grows by the entries' size.</param>
    /// <returns>True where an entry was read and no comma follows it at once; false where the cursor stands at an entry that is not plain.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TakePlainEntries(ref JsonCursor cursor, int depth, ref int size)
    {
        ref var json = ref MemoryMarshal.GetReference(cursor.Json);
        // Everything is read a vector at a time, so the last bytes are left to others.
        var last = cursor.Json.Length - 2 * Vector;
        var target = _buffer.All;
        ref var bytes = ref MemoryMarshal.GetReference(target);
        var position = cursor.Position;
        var written = _buffer.Length;
        var bytesOfItem = 0;
        var ended = false;

        while (position < last && written < target.Length - MostWritten - Vector && _entryCount < _entries.Length && Unsafe.Add(ref json, position) == (byte)'"')
        {
            var name = Vector256.LoadUnsafe(ref json, (nuint)(position + 1));
            var nameLength = LengthOf(name);
            var value = position + 1 + nameLength + BetweenBytes;
            if (nameLength == Vector || value > last)
                break;
            var between = BinaryPrimitives.ReadUInt64LittleEndian(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref json, value - BetweenBytes), BetweenBytes));
            var text = Vector256.LoadUnsafe(ref json, (nuint)value);
            var length = LengthOf(text);
            if ((between & BetweenMask) != Between || length == Vector || Unsafe.Add(ref json, value + length + 1) != (byte)'}')
                break;

            var start = written;
            Unsafe.Add(ref bytes, written) = (byte)nameLength;
            name.StoreUnsafe(ref bytes, (nuint)(written + 1));
            written += nameLength + 1;
            var type = (byte)(between >> 32);
            if (type == (byte)'S')
            {
                Unsafe.Add(ref bytes, written) = CanonicalTag.String;
                Unsafe.Add(ref bytes, written + 1) = (byte)length;
                text.StoreUnsafe(ref bytes, (nuint)(written + 2));
                written += length + 2;
                bytesOfItem += nameLength + length;
            }
            else if (type == (byte)'N' && CanonicalNumber.TryMeasureWhole(text, length, out var digits))
            {
                CanonicalNumber.WriteWhole(ref Unsafe.Add(ref bytes, written), text, length, digits);
                written += digits + CanonicalNumber.WholeOverhead;
                bytesOfItem += nameLength + CanonicalNumber.SizeOf(digits);
            }
            else
            {
                written = start;
                break;
            }

            var eight = BinaryPrimitives.ReverseEndianness(name.AsUInt64().ToScalar());
            _entries[_entryCount++] = new CanonicalEntry(start, written - start, start + 1, nameLength, CanonicalEntry.PrefixOf(eight, nameLength));
            var end = value + length + 2;
            if (depth == 0)
                _attributes.Add(start + 1, nameLength, new JsonSlice(position + nameLength + 3, end - (position + nameLength + 3)));
            position = end;
            ended = Unsafe.Add(ref json, position) != (byte)',';
            if (ended)
                break;
            position++;
        }

        cursor.Position = position;
        _buffer.Truncate(written);
        size += bytesOfItem;
        return ended;
    }

    /// <summary>How many characters of a string lie before the quote that ends it; the vector's length where that is not within it, or an escape is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int LengthOf(Vector256<byte> text)
    {
        var quotes = Vector256.Equals(text, Vector256.Create((byte)'"')).ExtractMostSignificantBits();
        var escapes = Vector256.Equals(text, Vector256.Create((byte)'\\')).ExtractMostSignificantBits();
        var length = BitOperations.TrailingZeroCount(quotes);
        return BitOperations.TrailingZeroCount(escapes) < length ? Vector : length;
    }
}

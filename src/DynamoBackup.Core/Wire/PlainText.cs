using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace DynamoBackup.Wire;

/// <summary>Looks over text as a whole, many bytes a step.</summary>
internal static class PlainText
{
    /// <summary>Finds the first control character; -1 where there is none. JSON forbids them unescaped in strings, and DynamoDB writes none between tokens.</summary>
    public static int FindControl(ReadOnlySpan<byte> text) => text.IndexOfAnyInRange((byte)0, (byte)0x1f);

    /// <summary>Refuses what no item is made of.</summary>
    /// <exception cref="InvalidItemException">It is not UTF-8, or a control character stands unescaped.</exception>
    public static void Require(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw new InvalidItemException("The item is not valid UTF-8", 0);
        // JSON forbids them unescaped in strings; between tokens, DynamoDB and AWS's exports write none either.
        var position = FindControl(json);
        if (position >= 0)
            throw new InvalidItemException($"A control character 0x{json[position]:x2} stands unescaped", position);
    }

    /// <summary>Tells whether all bytes are ASCII and none is a control character: then it is valid UTF-8 too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool IsPrintableAscii(ReadOnlySpan<byte> text)
    {
        const sbyte Least = 0x20;
        var offset = 0;
        if (text.Length >= Vector256<byte>.Count)
        {
            ref var first = ref MemoryMarshal.GetReference(text);
            var least = Vector256.Create(Least);
            var bad = Vector256<sbyte>.Zero;
            var last = text.Length - Vector256<byte>.Count;
            // As signed numbers, bytes beyond ASCII are negative: one comparison finds them and the control characters. The last step overlaps.
            for (; offset < last; offset += Vector256<byte>.Count)
                bad |= Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)offset).AsSByte(), least);
            bad |= Vector256.LessThan(Vector256.LoadUnsafe(ref first, (nuint)last).AsSByte(), least);
            return bad == Vector256<sbyte>.Zero;
        }

        for (; offset < text.Length; offset++)
        {
            if ((sbyte)text[offset] < Least)
                return false;
        }

        return true;
    }
}

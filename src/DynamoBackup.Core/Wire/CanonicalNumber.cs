using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DynamoBackup.Wire;

/// <summary>
/// Writes a number's canonical form: sign, decimal exponent, significant digits. "1", "1.0", "1E0" and "0.1e1" are one number and
/// get one form; no digit is lost, whatever their count.
/// </summary>
internal static class CanonicalNumber
{
    private const byte Zero = 0;
    private const byte Positive = 1;
    private const byte Negative = 2;
    private const int MaxExponent = 1_000_000;

    /// <summary>Adds sign, exponent (zigzag LEB128), digit count (LEB128) and ASCII digits; a zero is its sign byte alone.</summary>
    /// <param name="text">The number as DynamoDB writes it.</param>
    /// <param name="buffer">Receives the form.</param>
    /// <param name="offset">The text's offset in the item, for errors.</param>
    /// <returns>The number's size by DynamoDB's rules, in bytes.</returns>
    /// <exception cref="InvalidItemException">The text is not a number.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Write(ReadOnlySpan<byte> text, CanonicalBuffer buffer, int offset)
    {
        var position = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == (byte)'-';
            position = 1;
        }

        var digits = buffer.Reserve(text.Length + 16)[16..];
        var count = 0;
        var exponent = 0;
        var seen = 0;
        var point = false;
        for (; position < text.Length; position++)
        {
            var character = text[position];
            if (character == (byte)'.' && !point)
            {
                point = true;
                continue;
            }

            if (!IsDigit(character))
                break;
            seen++;
            if (point)
                exponent--;
            if (count > 0 || character != (byte)'0')
                digits[count++] = character;
        }

        if (seen == 0)
            throw new InvalidItemException("A number has no digits", offset);
        exponent += ReadExponent(text, position, offset);
        while (count > 0 && digits[count - 1] == (byte)'0')
        {
            count--;
            exponent++;
        }

        if (count == 0)
        {
            buffer.Add(Zero);
            return 1;
        }

        buffer.Add(negative ? Negative : Positive);
        buffer.AddCount((uint)(exponent << 1 ^ exponent >> 31));
        buffer.AddCount((uint)count);
        // The digits lie a little further on in the same buffer, so nothing written above has touched them.
        digits[..count].CopyTo(buffer.Reserve(count));
        buffer.Claim(count);
        return (count + 1) / 2 + 1 + (negative ? 1 : 0);
    }

    /// <summary>What the form of a whole number takes beside its digits: tag, sign, exponent, digit count.</summary>
    public const int WholeOverhead = 4;

    /// <summary>The size of a positive number by DynamoDB's rules.</summary>
    /// <param name="digits">Its significant digits.</param>
    public static int SizeOf(int digits) => (digits + 1) / 2 + 1;

    /// <summary>Looks whether a text is a positive whole number and nothing but digits.</summary>
    /// <param name="text">A vector that begins with the text.</param>
    /// <param name="length">The text's length, less than the vector's.</param>
    /// <param name="digits">How many of its digits are significant.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryMeasureWhole(Vector256<byte> text, int length, out int digits)
    {
        var values = text - Vector256.Create((byte)'0');
        var all = (1u << length) - 1;
        var numerals = Vector256.LessThanOrEqual(values, Vector256.Create((byte)9)).ExtractMostSignificantBits();
        var significant = ~Vector256.Equals(values, Vector256<byte>.Zero).ExtractMostSignificantBits() & all;
        digits = 32 - BitOperations.LeadingZeroCount(significant);
        return (numerals & all) == all && (significant & 1) != 0;
    }

    /// <summary>Writes tag and form of such a number, and up to a vector's length behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteWhole(ref byte target, Vector256<byte> text, int length, int digits)
    {
        target = CanonicalTag.Number;
        Unsafe.Add(ref target, 1) = Positive;
        Unsafe.Add(ref target, 2) = (byte)((length - digits) << 1);
        Unsafe.Add(ref target, 3) = (byte)digits;
        text.StoreUnsafe(ref target, WholeOverhead);
    }

    private static int ReadExponent(ReadOnlySpan<byte> text, int position, int offset)
    {
        if (position == text.Length)
            return 0;
        if (text[position] is not ((byte)'e' or (byte)'E'))
            throw new InvalidItemException("A number holds a character that is not a digit", offset + position);
        position++;
        var negative = false;
        if (position < text.Length && text[position] is (byte)'-' or (byte)'+')
            negative = text[position++] == (byte)'-';
        if (position == text.Length)
            throw new InvalidItemException("A number's exponent has no digits", offset + position);
        var value = 0;
        for (; position < text.Length; position++)
        {
            if (!IsDigit(text[position]))
                throw new InvalidItemException("A number's exponent holds a character that is not a digit", offset + position);
            value = value * 10 + (text[position] - '0');
            if (value > MaxExponent)
                throw new InvalidItemException("A number's exponent is far beyond DynamoDB's range", offset + position);
        }

        return negative ? -value : value;
    }

    private static bool IsDigit(byte character) => (uint)(character - '0') <= 9;
}

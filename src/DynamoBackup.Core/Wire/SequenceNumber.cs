using System.Runtime.InteropServices;
using System.Text;

namespace DynamoBackup.Wire;

/// <summary>
/// A stream record's sequence number: a decimal number of up to 40 digits, more than any integer type holds, packed two digits to a byte. Ordered by value; none is
/// before all others. Leading zeros, which Amazon's local server writes, are kept: the service wants a number back as it was given.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct SequenceNumber : IComparable<SequenceNumber>
{
    /// <summary>Most digits (source: Amazon DynamoDB Streams API Reference, "StreamRecord"). The service gives 21 at least; Amazon's local server gives fewer.</summary>
    public const int MostDigits = 40;

    private const int DigitsPerWord = 16;
    private const int BitsPerDigit = 4;

    private readonly ulong _low;
    private readonly ulong _middle;
    private readonly uint _high;
    private readonly int _length;

    private SequenceNumber(ReadOnlySpan<byte> digits)
    {
        _length = digits.Length;
        _low = TakeWord(ref digits);
        _middle = TakeWord(ref digits);
        _high = (uint)TakeWord(ref digits);
    }

    /// <summary>Reads digits.</summary>
    /// <returns>False where they are none, or too many.</returns>
    public static bool TryParse(ReadOnlySpan<byte> digits, out SequenceNumber number)
    {
        var isOne = digits.Length is > 0 and <= MostDigits && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        number = isOne ? new SequenceNumber(digits) : default;
        return isOne;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out SequenceNumber)"/>
    public static bool TryParse(ReadOnlySpan<char> digits, out SequenceNumber number)
    {
        Span<byte> bytes = stackalloc byte[MostDigits];
        return TryParse(Encoding.ASCII.TryGetBytes(digits, bytes, out var length) ? bytes[..length] : default, out number);
    }

    /// <summary>Writes the digits as they were read.</summary>
    /// <param name="target">Has room for <see cref="MostDigits"/>.</param>
    /// <returns>How many there are; 0 where there is no sequence number.</returns>
    public int Write(Span<byte> target)
    {
        for (var index = 0; index < _length; index++)
        {
            var place = _length - 1 - index;
            var word = (place / DigitsPerWord) switch { 0 => _low, 1 => _middle, _ => _high };
            target[index] = (byte)('0' + ((word >> (BitsPerDigit * (place % DigitsPerWord))) & 0xF));
        }

        return _length;
    }

    /// <inheritdoc/>
    public int CompareTo(SequenceNumber other)
    {
        var order = _high.CompareTo(other._high);
        if (order == 0)
            order = _middle.CompareTo(other._middle);
        if (order == 0)
            order = _low.CompareTo(other._low);
        return order != 0 ? order : (_length > 0).CompareTo(other._length > 0);
    }

    /// <summary>Whether both are the same number, however many zeros lead it.</summary>
    public bool Equals(SequenceNumber other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _middle, _low, _length > 0);

    /// <summary>The digits as they were read.</summary>
    public override string ToString()
    {
        Span<byte> digits = stackalloc byte[MostDigits];
        return Encoding.ASCII.GetString(digits[..Write(digits)]);
    }

    private static ulong TakeWord(ref ReadOnlySpan<byte> digits)
    {
        var start = Math.Max(0, digits.Length - DigitsPerWord);
        var word = 0UL;
        foreach (var digit in digits[start..])
            word = (word << BitsPerDigit) | (uint)(digit - '0');
        digits = digits[..start];
        return word;
    }
}

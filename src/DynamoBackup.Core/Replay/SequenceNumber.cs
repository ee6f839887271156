using System.Runtime.InteropServices;

namespace DynamoBackup.Replay;

/// <summary>A stream's sequence number, of up to 40 decimal digits, packed two to a byte. Ordered by length, then digit by digit; none is before all others.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct SequenceNumber : IComparable<SequenceNumber>
{
    /// <summary>Most digits (source: Amazon DynamoDB Streams API Reference, "StreamRecord").</summary>
    public const int MostDigits = 40;

    private const int DigitsPerLong = 16;

    private SequenceNumber(ulong high, ulong middle, uint low, uint length) => (High, Middle, Low, Length) = (high, middle, low, length);

    /// <summary>The first 16 digits, from the highest bits on.</summary>
    public ulong High { get; }

    /// <summary>The next 16.</summary>
    public ulong Middle { get; }

    /// <summary>The last 8.</summary>
    public uint Low { get; }

    /// <summary>Number of digits; 0 where there is no sequence number.</summary>
    public uint Length { get; }

    /// <summary>Reads digits.</summary>
    /// <returns>False where they are none, or too many.</returns>
    public static bool TryParse(ReadOnlySpan<byte> digits, out SequenceNumber number)
    {
        number = default;
        if (digits.Length is 0 or > MostDigits || digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return false;
        Span<ulong> packed = stackalloc ulong[3];
        packed.Clear();
        for (var index = 0; index < digits.Length; index++)
            packed[index / DigitsPerLong] |= (ulong)(digits[index] - '0') << (4 * (DigitsPerLong - 1 - (index % DigitsPerLong)));
        number = new SequenceNumber(packed[0], packed[1], (uint)(packed[2] >> 32), (uint)digits.Length);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(SequenceNumber other)
    {
        var order = Length.CompareTo(other.Length);
        if (order == 0)
            order = High.CompareTo(other.High);
        if (order == 0)
            order = Middle.CompareTo(other.Middle);
        return order != 0 ? order : Low.CompareTo(other.Low);
    }
}

using System.Buffers.Text;

namespace DynamoBackup.Bench.Replay;

/// <summary>
/// The keys of the replayed table: a prefix and 12 digits. An item's place in the table and its digits are each computed from the other, so no
/// dictionary is needed; the digits jump about as a real scan's do, which comes in the order of a hash.
/// </summary>
internal static class ReplayKey
{
    /// <summary>The partition key's name.</summary>
    public const string Name = "Id";

    /// <summary>Digits of a key.</summary>
    public const int Digits = 12;

    /// <summary>Most items of a table.</summary>
    public const long Range = 1_000_000_000_000;

    // Neither even nor a multiple of five, so that multiplying by it can be undone modulo a power of ten.
    private const long Multiplier = 618_033_988_771;
    private static readonly long Inverse = InverseOf(Multiplier);

    /// <summary>What comes before the digits.</summary>
    public static ReadOnlySpan<byte> Prefix => "CUST-"u8;

    /// <summary>Writes the digits of the item at a place.</summary>
    public static void WriteDigits(Span<byte> destination, long place) =>
        Utf8Formatter.TryFormat((ulong)Multiply(place, Multiplier), destination, out _, new System.Buffers.StandardFormat('D', Digits));

    /// <summary>The place of the item with a key; null for a key that no item can have.</summary>
    public static long? PlaceOf(ReadOnlySpan<byte> key)
    {
        if (key.Length != Prefix.Length + Digits || !key.StartsWith(Prefix) || key[Prefix.Length..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return null;
        return Utf8Parser.TryParse(key[Prefix.Length..], out long digits, out _) ? Multiply(digits, Inverse) : null;
    }

    private static long Multiply(long left, long right) => (long)((UInt128)left * (UInt128)right % (UInt128)Range);

    private static long InverseOf(long number)
    {
        // Euclid, extended.
        var (remainder, next) = (Range, number);
        var (factor, nextFactor) = (0L, 1L);
        while (next != 0)
        {
            var quotient = remainder / next;
            (remainder, next) = (next, remainder - (quotient * next));
            (factor, nextFactor) = (nextFactor, factor - (quotient * nextFactor));
        }

        return remainder == 1 ? (factor + Range) % Range : throw new InvalidOperationException("The multiplier shares a factor with the range.");
    }
}

namespace DynamoBackup.Changes;

/// <summary>Sequence numbers of stream records: decimal numbers of up to 40 digits, more than any integer type holds.</summary>
internal static class SequenceNumber
{
    /// <summary>Most digits (source: Amazon DynamoDB API reference, "StreamRecord").</summary>
    public const int MostDigits = 40;

    /// <summary>Compares two by their value, whatever their lengths.</summary>
    /// <returns>Less than, equal to or greater than zero, as the first is to the second.</returns>
    public static int Compare(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        first = first.TrimStart((byte)'0');
        second = second.TrimStart((byte)'0');
        return first.Length != second.Length ? first.Length.CompareTo(second.Length) : first.SequenceCompareTo(second);
    }

    /// <summary>True for what is one. The service gives 21 to 40 digits; Amazon's local server gives fewer.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text) => text.Length is > 0 and <= MostDigits && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}

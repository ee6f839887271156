namespace DynamoBackup.Wire;

/// <summary>Bytes that are not an item in DynamoDB JSON.</summary>
public sealed class InvalidItemException : FormatException
{
    /// <summary>Says what is wrong and where.</summary>
    /// <param name="reason">What is wrong.</param>
    /// <param name="offset">Offset in the item's bytes.</param>
    public InvalidItemException(string reason, int offset)
        : base($"{reason} (at byte {offset})")
    {
        Reason = reason;
        Offset = offset;
    }

    /// <summary>What is wrong, without the place.</summary>
    public string Reason { get; }

    /// <summary>Offset in the item's bytes.</summary>
    public int Offset { get; }
}

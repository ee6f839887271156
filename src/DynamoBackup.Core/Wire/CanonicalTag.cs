namespace DynamoBackup.Wire;

/// <summary>The byte in front of each value in canonical encoding v1.</summary>
public static class CanonicalTag
{
    /// <summary>String: length, UTF-8.</summary>
    public const byte String = (byte)'S';

    /// <summary>Number: sign, exponent, digit count, digits.</summary>
    public const byte Number = (byte)'N';

    /// <summary>Binary: length, bytes.</summary>
    public const byte Binary = (byte)'B';

    /// <summary>Boolean: 0 or 1.</summary>
    public const byte Boolean = (byte)'O';

    /// <summary>Null: nothing more.</summary>
    public const byte Null = (byte)'0';

    /// <summary>Map: count, then name and value of each entry, sorted by name.</summary>
    public const byte Map = (byte)'M';

    /// <summary>List: count, then the values in order.</summary>
    public const byte List = (byte)'L';

    /// <summary>String set: count, then the members without tag, sorted.</summary>
    public const byte StringSet = (byte)'s';

    /// <summary>Number set: count, then the members without tag, sorted.</summary>
    public const byte NumberSet = (byte)'n';

    /// <summary>Binary set: count, then the members without tag, sorted.</summary>
    public const byte BinarySet = (byte)'b';
}

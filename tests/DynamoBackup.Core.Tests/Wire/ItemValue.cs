namespace DynamoBackup.Core.Tests.Wire;

/// <summary>An attribute's value by what it means, apart from any spelling in JSON.</summary>
internal abstract record ItemValue
{
    public sealed record Text(string Value) : ItemValue;

    /// <summary>A number as sign, digits without zeros at either end, and power of ten; no digits mean zero.</summary>
    public sealed record Number(bool Negative, string Digits, int Exponent) : ItemValue;

    public sealed record Binary(byte[] Value) : ItemValue;

    public sealed record Boolean(bool Value) : ItemValue;

    public sealed record Null : ItemValue;

    public sealed record List(IReadOnlyList<ItemValue> Values) : ItemValue;

    public sealed record Map(IReadOnlyList<KeyValuePair<string, ItemValue>> Entries) : ItemValue;

    /// <summary>A set; its type is that of its members, of which there is at least one.</summary>
    public sealed record Set(IReadOnlyList<ItemValue> Members) : ItemValue;
}

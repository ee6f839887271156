using System.Text;

namespace DynamoBackup.Tables;

/// <summary>One attribute of a table's key.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>S</c>, <c>N</c> or <c>B</c>, which is also its tag in the canonical encoding.</param>
internal sealed record KeyAttribute(string Name, string Type)
{
    /// <summary>The name in UTF-8.</summary>
    public ReadOnlyMemory<byte> Utf8Name { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>The name and its type.</summary>
    public override string ToString() => $"{Name} ({Type})";
}

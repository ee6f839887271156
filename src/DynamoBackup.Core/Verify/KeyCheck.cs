using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>Checks that an item has its table's key.</summary>
internal sealed class KeyCheck(IReadOnlyList<KeyAttribute> key)
{
    /// <summary>What is wrong with an item's key, in words; null where nothing is.</summary>
    public string? FindFault(CanonicalItem item)
    {
        foreach (var attribute in key)
        {
            if (!item.TryGetAttribute(attribute.Utf8Name.Span, out _, out var tag))
                return $"The item lacks the key attribute {attribute}.";
            if (tag != attribute.Type[0])
                return $"The item's key attribute {attribute} has another type.";
        }

        return null;
    }
}

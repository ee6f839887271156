using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>Lines of a full backup: items with the table's key.</summary>
/// <param name="key">How to check keys; null where the table's key is not known.</param>
/// <param name="tap">Receives the items in which nothing is wrong.</param>
internal sealed class ItemLineCheck(KeyCheck? key, ItemTap? tap) : ILineCheck
{
    private readonly CanonicalItem _item = new();
    private JsonSlice _slice;

    /// <inheritdoc/>
    public string Noun => "items";

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> line)
    {
        _slice = ItemLine.FindItem(line);
        _item.Read(line.Slice(_slice.Start, _slice.Length));
        return _item.Encoding;
    }

    /// <inheritdoc/>
    public (FindingKind Kind, string Detail)? FindFault(ReadOnlySpan<byte> line)
    {
        var json = line.Slice(_slice.Start, _slice.Length);
        if (key?.FindFault(_item, json) is { } fault)
            return fault;
        tap?.Invoke(_item, json);
        return null;
    }
}

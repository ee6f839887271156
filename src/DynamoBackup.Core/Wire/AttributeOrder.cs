using System.Runtime.CompilerServices;

namespace DynamoBackup.Wire;

/// <summary>
/// Writes an item's attributes sorted by name. The items of a table mostly have the same attributes in the same order, so the order of the
/// item before is tried first: finding that it holds takes one comparison an attribute.
/// </summary>
internal sealed class AttributeOrder
{
    private int[] _order = [];
    private int _count;
    private CanonicalEntry[] _spare = [];

    /// <summary>Writes the map's tag, its count and its entries.</summary>
    /// <param name="entries">The entries, in the item's order.</param>
    /// <param name="source">Where they lie.</param>
    /// <param name="target">Receives the map; what is in it is forgotten.</param>
    /// <param name="position">Where in the item, for the error.</param>
    /// <exception cref="InvalidItemException">Two attributes have one name.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Write(ReadOnlySpan<CanonicalEntry> entries, CanonicalBuffer source, CanonicalBuffer target, int position)
    {
        if (entries.Length == _count && TryWrite(entries, source, target))
            return;
        Sort(entries, source, position);
        if (!TryWrite(entries, source, target))
            throw new InvalidOperationException("Sorted attributes are not in order.");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool TryWrite(ReadOnlySpan<CanonicalEntry> entries, CanonicalBuffer source, CanonicalBuffer target)
    {
        target.Truncate(0);
        target.Add(CanonicalTag.Map);
        target.AddCount((uint)entries.Length);
        var before = -1;
        foreach (var index in _order.AsSpan(0, _count))
        {
            ref readonly var entry = ref entries[index];
            if (before >= 0 && CanonicalOrder.Compare(entries[before], entry, source.Written) >= 0)
                return false;
            target.AddFrom(source, entry.Start, entry.Length);
            before = index;
        }

        return true;
    }

    private void Sort(ReadOnlySpan<CanonicalEntry> entries, CanonicalBuffer source, int position)
    {
        if (_spare.Length < entries.Length)
        {
            _spare = new CanonicalEntry[Math.Max(32, entries.Length * 2)];
            _order = new int[_spare.Length];
        }

        var sorted = _spare.AsSpan(0, entries.Length);
        entries.CopyTo(sorted);
        _count = 0;
        CanonicalOrder.Sort(sorted, source.Written, "An attribute name", position);
        // Entries lie one behind the other, so where one begins tells which it is.
        for (var rank = 0; rank < sorted.Length; rank++)
            _order[rank] = IndexOf(entries, sorted[rank].Start);
        _count = sorted.Length;
    }

    private static int IndexOf(ReadOnlySpan<CanonicalEntry> entries, int start)
    {
        var (low, high) = (0, entries.Length - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (entries[middle].Start < start)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}

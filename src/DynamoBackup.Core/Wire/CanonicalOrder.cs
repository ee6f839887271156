using System.Runtime.CompilerServices;

namespace DynamoBackup.Wire;

/// <summary>Sorts entries by their key bytes and refuses two that are equal.</summary>
internal static class CanonicalOrder
{
    private const int InsertionLimit = 24;

    /// <summary>Sorts in place.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="bytes">What their key ranges lie in.</param>
    /// <param name="kind">What is sorted, for the error.</param>
    /// <param name="position">Where in the item, for the error.</param>
    /// <exception cref="InvalidItemException">Two entries have the same key.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(Span<CanonicalEntry> entries, ReadOnlySpan<byte> bytes, string kind, int position)
    {
        if (entries.Length <= InsertionLimit)
            InsertionSort(entries, bytes);
        else
            MergeSort(entries, new CanonicalEntry[entries.Length], bytes);

        for (var index = 1; index < entries.Length; index++)
        {
            if (Compare(entries[index - 1], entries[index], bytes) == 0)
                throw new InvalidItemException($"{kind} stands twice", position);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InsertionSort(Span<CanonicalEntry> entries, ReadOnlySpan<byte> bytes)
    {
        for (var index = 1; index < entries.Length; index++)
        {
            var entry = entries[index];
            var hole = index;
            for (; hole > 0 && Compare(entries[hole - 1], entry, bytes) > 0; hole--)
                entries[hole] = entries[hole - 1];
            entries[hole] = entry;
        }
    }

    // The framework's sort cannot take a comparison over a span; items with this many attributes at one level are rare.
    private static void MergeSort(Span<CanonicalEntry> entries, Span<CanonicalEntry> spare, ReadOnlySpan<byte> bytes)
    {
        if (entries.Length <= InsertionLimit)
        {
            InsertionSort(entries, bytes);
            return;
        }

        var middle = entries.Length / 2;
        MergeSort(entries[..middle], spare[..middle], bytes);
        MergeSort(entries[middle..], spare[middle..], bytes);
        entries[..middle].CopyTo(spare);
        var (left, right) = (0, middle);
        for (var target = 0; left < middle; target++)
        {
            entries[target] = right == entries.Length || Compare(spare[left], entries[right], bytes) <= 0
                ? spare[left++]
                : entries[right++];
        }
    }

    /// <summary>Compares two entries by their keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Compare(in CanonicalEntry left, in CanonicalEntry right, ReadOnlySpan<byte> bytes)
    {
        if (left.Prefix != right.Prefix)
            return left.Prefix < right.Prefix ? -1 : 1;
        return bytes.Slice(left.KeyStart, left.KeyLength).SequenceCompareTo(bytes.Slice(right.KeyStart, right.KeyLength));
    }
}

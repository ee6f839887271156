using System.Runtime.InteropServices;
using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>Where a change stands among those of its backup: by its shard's lineage, then by its sequence number.</summary>
/// <param name="Depth">How many splits the shard is away from the eldest that is known.</param>
/// <param name="Number">The change's sequence number.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct ChangePlace(int Depth, SequenceNumber Number) : IComparable<ChangePlace>
{
    /// <summary>The place of a change.</summary>
    /// <param name="line">The line that it stands on.</param>
    /// <param name="change">The change.</param>
    /// <param name="lineage">The shards of its backup.</param>
    /// <exception cref="InvalidItemException">The change has no place among the others.</exception>
    public static ChangePlace Of(ReadOnlySpan<byte> line, in ChangeLine change, ShardLineage lineage)
    {
        if (change is not { SequenceNumber: { } digits, ShardId: { } shard } || !SequenceNumber.TryParse(line.Slice(digits.Start, digits.Length), out var number))
            throw new InvalidItemException("The change has no sequence number, so its place among the others is not known", change.Metadata.Start);
        return new ChangePlace(lineage.DepthOf(line.Slice(shard.Start, shard.Length)) ?? throw new InvalidItemException("The change is of a shard that the backup does not name", shard.Start), number);
    }

    /// <inheritdoc/>
    public int CompareTo(ChangePlace other)
    {
        var order = Depth.CompareTo(other.Depth);
        return order != 0 ? order : Number.CompareTo(other.Number);
    }
}

using System.Runtime.InteropServices;
using DynamoBackup.Differences;

namespace DynamoBackup.Replay;

/// <summary>The last change of a key, as far as it is known: where it stands in the order of changes, and where to find it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Winner
{
    private const int Taken = 1;
    private const int Put = 2;

    /// <summary>What stands in <see cref="Flags"/> once the base has been seen to hold the key.</summary>
    public const int InBase = 4;

    /// <summary>The key's hash.</summary>
    public Hash256 Key;

    /// <summary>The increment's place in the chain.</summary>
    public int Increment;

    /// <summary>The change's place among those of the increment; all have the same in an export by AWS.</summary>
    public ChangePlace Place;

    /// <summary>The data file's place in the increment's list.</summary>
    public int File;

    /// <summary>The line in the file, counted from 1.</summary>
    public uint Line;

    /// <summary>What is known of the slot.</summary>
    public int Flags;

    /// <summary>A change.</summary>
    public Winner(Hash256 key, int increment, ChangePlace place, int file, long line, bool isPut)
    {
        (Key, Increment, Place, File) = (key, increment, place, file);
        Line = checked((uint)line);
        Flags = Taken | (isPut ? Put : 0);
    }

    /// <summary>Whether the slot holds a key.</summary>
    public readonly bool IsTaken => (Flags & Taken) != 0;

    /// <summary>Whether the change leaves an item, as opposed to a deletion.</summary>
    public readonly bool IsPut => (Flags & Put) != 0;

    /// <summary>Whether it is the change in that place.</summary>
    public readonly bool IsAt(int increment, int file, long line) => Increment == increment && File == file && Line == line;

    /// <summary>Compares the places in the order of changes: by the chain, then by the shards' lineage, then by sequence number.</summary>
    public readonly int CompareOrder(in Winner other)
    {
        var order = Increment.CompareTo(other.Increment);
        return order != 0 ? order : Place.CompareTo(other.Place);
    }
}

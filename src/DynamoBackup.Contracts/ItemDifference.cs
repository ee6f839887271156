using System.Collections.ObjectModel;

namespace DynamoBackup;

/// <summary>An item that differs between a backup, the reference, and another backup or a table, the difference.</summary>
public sealed record ItemDifference
{
    // PowerShell indexes a collection only by a public indexer, which what the compiler makes of an expression lacks.
    private readonly ReadOnlyCollection<AttributeDifference> _attributes = ReadOnlyCollection<AttributeDifference>.Empty;

    /// <summary>The name of the table that was backed up.</summary>
    public required string TableName { get; init; }

    /// <summary>The item's key as DynamoDB JSON: <c>{"Id":{"N":"103"}}</c>.</summary>
    public required string Key { get; init; }

    /// <summary>What has become of the item.</summary>
    public required ItemChange Change { get; init; }

    /// <summary>The top-level attributes that differ, by name; empty where only one side has the item.</summary>
    public IReadOnlyList<AttributeDifference> Attributes
    {
        get => _attributes;
        init => _attributes = value as ReadOnlyCollection<AttributeDifference> ?? new([.. value]);
    }

    /// <summary>The difference as one line.</summary>
    public override string ToString() => Attributes.Count == 0 ? $"{Change} {Key}" : $"{Change} {Key}: {string.Join(", ", Attributes)}";
}

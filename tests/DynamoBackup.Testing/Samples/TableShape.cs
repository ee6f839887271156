using Amazon.DynamoDBv2;

namespace DynamoBackup.Testing;

/// <summary>
/// What a sample table looks like: <c>pk</c> as its hash key, <c>sk</c> (a number unless said otherwise) as its range key if it has
/// one, and indexes over the attributes that <see cref="MixedItems"/> carry.
/// </summary>
public sealed record TableShape
{
    public const string HashKey = "pk";
    public const string RangeKey = "sk";

    /// <summary>The global index's name; it is over <c>status</c> and <c>created</c>, with all attributes.</summary>
    public const string GlobalIndexName = "status-created";

    /// <summary>The local index's name; it is over <c>pk</c> and <c>amount</c>, with the keys and <c>status</c>.</summary>
    public const string LocalIndexName = "by-amount";

    public static TableShape HashOnly { get; } = new();

    public static TableShape HashAndRange { get; } = new() { RangeKeyType = ScalarAttributeType.N };

    public ScalarAttributeType HashKeyType { get; init; } = ScalarAttributeType.S;

    /// <summary>The type of the range key; null means that the table has none.</summary>
    public ScalarAttributeType? RangeKeyType { get; init; }

    public bool GlobalIndex { get; init; }

    /// <summary>A local index needs a range key.</summary>
    public bool LocalIndex { get; init; }

    /// <summary>Provisioned capacity in place of on-demand.</summary>
    public bool Provisioned { get; init; }

    public long ReadCapacity { get; init; } = 100;

    public long WriteCapacity { get; init; } = 50;
}

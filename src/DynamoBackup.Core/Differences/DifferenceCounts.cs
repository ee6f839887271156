namespace DynamoBackup.Differences;

/// <summary>How many items differ and how, and what it costs in write units, without indexes, to make them alike.</summary>
internal sealed record DifferenceCounts
{
    /// <summary>Items of the backup that the table lacks.</summary>
    public long Missing { get; set; }

    /// <summary>Items that the table holds otherwise.</summary>
    public long Different { get; set; }

    /// <summary>Items of the table that the backup lacks.</summary>
    public long Extra { get; set; }

    /// <summary>Items that the table holds as they are in the backup.</summary>
    public long Same { get; set; }

    /// <summary>Units to add what is missing.</summary>
    public double MissingUnits { get; set; }

    /// <summary>
    /// Units to change what is different: the larger of the item before and after counts (source: Amazon DynamoDB Developer Guide, "Capacity
    /// unit consumption for write operations").
    /// </summary>
    public double DifferentUnits { get; set; }

    /// <summary>Units to delete what is extra.</summary>
    public double ExtraUnits { get; set; }

    /// <summary>The counts as scripts see them.</summary>
    public TableDifference ToContract() => new(Missing, Different, Extra, Same);
}

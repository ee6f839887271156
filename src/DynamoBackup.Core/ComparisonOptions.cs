using DynamoBackup.Aws;
using DynamoBackup.Differences;
using DynamoBackup.Load;

namespace DynamoBackup;

/// <summary>What of a comparison's findings is kept for what comes after it.</summary>
internal enum DifferencesKept
{
    /// <summary>Only their numbers.</summary>
    None,

    /// <summary>The items that the table lacks.</summary>
    Missing,

    /// <summary>All.</summary>
    All,
}

/// <summary>How a backup is compared with a table.</summary>
internal sealed record ComparisonOptions
{
    /// <summary>What is kept.</summary>
    public DifferencesKept Keeps { get; init; }

    /// <summary>Where temporary files go; null takes a folder of the user's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Looks for items of the backup whose time to live has passed; null where that is not asked.</summary>
    public ExpiryCheck? Expiry { get; init; }

    /// <summary>What the scan may consume; null does not limit it.</summary>
    public CapacityBudget? ReadBudget { get; init; }

    /// <summary>Sizes.</summary>
    public ComparisonLimits Limits { get; init; } = new();
}

namespace DynamoBackup;

/// <summary>Which backup to verify, and how far.</summary>
public sealed record VerifyRequest
{
    /// <summary>The store that holds the backup.</summary>
    public required string Source { get; init; }

    /// <summary>How to reach that store.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>The backup's folder, relative to the store.</summary>
    public required string Path { get; init; }

    /// <summary>How much to prove.</summary>
    public VerificationLevel Level { get; init; } = VerificationLevel.Checksum;

    /// <summary>How to reach the live table, for <see cref="VerificationLevel.Live"/>.</summary>
    public AwsConnection Connection { get; init; } = new();

    /// <summary>The live table to compare with; null means the table that was backed up.</summary>
    public string? LiveTableName { get; init; }

    /// <summary>How much read capacity of the live table may be used; null does not limit it.</summary>
    public CapacityLimit? ReadLimit { get; init; }

    /// <summary>How long the whole run may take; null lets it take as long as it does. Throttling alone never ends a run.</summary>
    public TimeSpan? Timeout { get; init; }
}

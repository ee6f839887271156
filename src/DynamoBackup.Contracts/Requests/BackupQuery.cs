namespace DynamoBackup;

/// <summary>Which backups of a store are meant. Everything given must fit.</summary>
public sealed record BackupQuery
{
    /// <summary>The stores, each a path, a <c>file://</c> or an <c>s3://bucket/prefix</c> URI.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>How to reach those stores.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>Takes a backup's table name and table ARN, and tells whether it is meant; null means all tables.</summary>
    public Func<string, string, bool>? TableFilter { get; init; }

    /// <summary>A backup's id; null means all.</summary>
    public string? Id { get; init; }

    /// <summary>Only backups completed at or after this instant.</summary>
    public DateTimeOffset? After { get; init; }

    /// <summary>Only backups completed at or before this instant.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Backups that are not complete, and no others; <see cref="After"/> and <see cref="Before"/> then mean when they were begun.</summary>
    public bool Unfinished { get; init; }

    /// <summary>Only the newest of each table, in every store that holds it.</summary>
    public bool Latest { get; init; }
}

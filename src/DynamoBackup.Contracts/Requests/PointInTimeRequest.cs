namespace DynamoBackup;

/// <summary>Which state of a table to restore, and from which backups.</summary>
public sealed record PointInTimeRequest
{
    /// <summary>Into which table and how. Its source and path are not looked at.</summary>
    public required RestoreRequest Restore { get; init; }

    /// <summary>The backup to restore: the table's state at the second up to which it knows of changes. Null where <see cref="PointInTime"/> says what to restore.</summary>
    public BackupInfo? Backup { get; init; }

    /// <summary>All backups of the table that may be used, the copies of each in the order in which their stores are preferred.</summary>
    public required IReadOnlyList<BackupInfo> Known { get; init; }

    /// <summary>The instant; a fraction of a second is dropped. Null restores <see cref="Backup"/>.</summary>
    public DateTimeOffset? PointInTime { get; init; }

    /// <summary>Whether deletions by time to live are left out, as if they had not happened.</summary>
    public bool ExcludeTtlDelete { get; init; }
}

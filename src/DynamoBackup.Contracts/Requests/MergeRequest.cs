namespace DynamoBackup;

/// <summary>Which backups to merge into a full one, and where to put it.</summary>
public sealed record MergeRequest
{
    /// <summary>The backup up to which to merge. Null where <see cref="PointInTime"/> says it, or for the newest instant that can be restored.</summary>
    public BackupInfo? Backup { get; init; }

    /// <summary>All backups of the table that may be used, the copies of each in the order in which their stores are preferred.</summary>
    public required IReadOnlyList<BackupInfo> Known { get; init; }

    /// <summary>The instant; a fraction of a second is dropped.</summary>
    public DateTimeOffset? PointInTime { get; init; }

    /// <summary>The store to write to; null means the one that the newest of the merged backups lies in.</summary>
    public string? Destination { get; init; }

    /// <summary>How to reach and write the stores.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>How data files are compressed.</summary>
    public BackupCompression Compression { get; init; }

    /// <summary>The folder of temporary files; null takes one of the user's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Stored size, in bytes, at which a data file is closed and the next one begun.</summary>
    public long MaxFileBytes { get; init; } = 64L << 20;

    /// <summary>How long the whole run may take; null lets it take as long as it does.</summary>
    public TimeSpan? Timeout { get; init; }
}

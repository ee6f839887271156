using System.Collections.ObjectModel;

namespace DynamoBackup;

/// <summary>
/// One backup at one location, as made by <c>Backup-DynamoTable</c> or found by <c>Get-DynamoBackup</c>. It carries its own location,
/// so that it can be piped into <c>Test-DynamoBackup</c> and <c>Restore-DynamoTable</c>.
/// </summary>
public sealed record BackupInfo
{
    // PowerShell indexes a collection only by a public indexer, which what the compiler makes of an expression lacks.
    private readonly ReadOnlyCollection<Finding> _findings = ReadOnlyCollection<Finding>.Empty;

    /// <summary>The table's name, from its ARN.</summary>
    public required string TableName { get; init; }

    /// <summary>The table's ARN: its identity (region, account and name).</summary>
    public required string TableArn { get; init; }

    /// <summary>The backup's id: 14 digits (milliseconds since the Unix epoch), a hyphen, 8 hexadecimal digits. Sorts by time.</summary>
    public required string Id { get; init; }

    /// <summary>What the backup holds.</summary>
    public required BackupType Type { get; init; }

    /// <summary>The store that holds the backup: what <c>-Source</c> takes.</summary>
    public required string Location { get; init; }

    /// <summary>The backup's folder, relative to <see cref="Location"/> and with forward slashes: <c>Orders/AWSDynamoDB/01795383125482-2f0d84aa</c>.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// True for a backup that is not complete: <see cref="CompletedUtc"/> is null, and counts and sizes are of what has been stored so far.
    /// </summary>
    public bool IsUnfinished { get; init; }

    /// <summary>When reading began, in UTC; of a backup that several runs have made, when the first one began.</summary>
    public DateTime StartedUtc { get; init; }

    /// <summary>When all items had been read and stored, in UTC; null for a backup that is not complete, or whose damaged manifests do not tell.</summary>
    public DateTime? CompletedUtc { get; init; }

    /// <summary>Number of items.</summary>
    public long ItemCount { get; init; }

    /// <summary>
    /// Size of all items in bytes by DynamoDB's own item-size rules, indexes not counted
    /// (source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats"). For an export by AWS, which does not record it: the size that AWS billed.
    /// Null where unknown: a backup without a content digest has not read its items.
    /// </summary>
    public long? ItemBytes { get; init; }

    /// <summary>Size of the data files as stored, in bytes; 0 where unknown.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Number of data files.</summary>
    public int FileCount { get; init; }

    /// <summary><c>v1:count:64 hexadecimal digits</c>, equal for equal items in any order; null where unknown.</summary>
    public string? ContentDigest { get; init; }

    /// <summary>The backup that this one builds on; null for a full backup.</summary>
    public string? ParentId { get; init; }

    /// <summary>The table's id, new for each table of the same name; null where unknown.</summary>
    public string? TableId { get; init; }

    /// <summary>The stream that the changes were read from, or that was being read while a full backup was made; null where there was none.</summary>
    public string? StreamArn { get; init; }

    /// <summary>Whether the backup is the table's state at one instant, <see cref="ToUtc"/>.</summary>
    public BackupExactness Exactness { get; init; }

    /// <summary>
    /// The whole second from which on the backup knows of changes, in UTC: of an incremental backup, the one that its parent is good for; of a full backup, the one at which reading
    /// began. Of an export by AWS, the instant itself: exportFromTime, or exportTime of a full one. Null where unknown.
    /// </summary>
    public DateTime? FromUtc { get; init; }

    /// <summary>
    /// The whole second, in UTC, that a restore of this backup and those it builds on brings back: every change up to and in that second is in them. Of a full backup that is not
    /// exact, the one at which reading had ended. Of an export by AWS, the instant itself: a full one is the table at its exportTime, an incremental one has the changes before its exportToTime. Null where unknown.
    /// </summary>
    public DateTime? ToUtc { get; init; }

    /// <summary>The incremental backup that holds what changed while this full backup was read, and makes it exact; null where there is none.</summary>
    public string? ExactWith { get; init; }

    /// <summary>The content digest of the table at <see cref="ToUtc"/>: of this backup's items with the changes of <see cref="ExactWith"/>. Null where unknown.</summary>
    public string? ExactDigest { get; init; }

    /// <summary>The time before this backup that no backup covers, where a chain was broken; null where there is none.</summary>
    public BackupGap? Gap { get; init; }

    /// <summary>The instant, in UTC, for which this backup was listed as one of those that bring it back; alone it is another state. Null where it was not listed for one.</summary>
    public DateTime? ForPointInTimeUtc { get; init; }

    /// <summary>Of an incremental backup just made: the longest time between a change and the completion of the backup that holds it. Null otherwise.</summary>
    public TimeSpan? Lag { get; init; }

    /// <summary>How long after <see cref="ToUtc"/> the stream was still read and showed no older change: the margin by which the backup is exact. Null where no stream was read.</summary>
    public TimeSpan? StreamMargin { get; init; }

    /// <summary>Of a backup just made: items or changes read, which equals <see cref="ItemCount"/>; a run in which it does not is an error, never a result. Null otherwise.</summary>
    public long? ItemsScanned { get; init; }

    /// <summary>How the table was read.</summary>
    public ReadConsistency Consistency { get; init; }

    /// <summary>What was found wrong or worth knowing; empty for a sound backup.</summary>
    public IReadOnlyList<Finding> Findings
    {
        get => _findings;
        init => _findings = value as ReadOnlyCollection<Finding> ?? new([.. value]);
    }

    /// <summary>
    /// True where a finding is an error: the backup must not be trusted as it is. A backup that is only of a kind which is not read is not
    /// called damaged.
    /// </summary>
    public bool IsDamaged => Findings.Any(finding =>
        finding.Severity == FindingSeverity.Error && finding.Kind != FindingKind.FormatNotSupported);

    /// <summary>The backup as one line.</summary>
    public override string ToString() => $"{TableName} {Id} at {Location}";
}

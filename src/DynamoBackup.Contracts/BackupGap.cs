namespace DynamoBackup;

/// <summary>A time that no backup covers: the table cannot be restored as it was then.</summary>
/// <param name="FromUtc">The last second before it that can be restored, in UTC; null where nothing before it can.</param>
/// <param name="ToUtc">The first second after it that can be restored, in UTC.</param>
/// <param name="Reason">What happened, in words.</param>
public sealed record BackupGap(DateTime? FromUtc, DateTime? ToUtc, string Reason)
{
    /// <summary>The gap as one line.</summary>
    public override string ToString() => FormattableString.Invariant($"{FromUtc:yyyy-MM-ddTHH:mm:ssZ} to {ToUtc:yyyy-MM-ddTHH:mm:ssZ}: {Reason}");
}

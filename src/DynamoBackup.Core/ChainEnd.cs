using DynamoBackup.Changes;
using DynamoBackup.Manifests;

namespace DynamoBackup;

/// <summary>Where a store's chain of backups of a table ends, and so the next increment begins.</summary>
/// <param name="Id">The last backup.</param>
/// <param name="ToUtc">The second that it is good for.</param>
/// <param name="Position">Where in the stream it ended; null where the chain cannot go on from it.</param>
/// <param name="GapReason">Why it cannot go on, in words; null where it can.</param>
internal sealed record ChainEnd(string Id, DateTime ToUtc, StreamPosition? Position, string? GapReason)
{
    /// <summary>What is left to read of a stream that the table no longer has; null where nothing is, or it is too late.</summary>
    public FormerStream? Rest { get; init; }

    /// <summary>The same end, from which the chain cannot go on.</summary>
    public ChainEnd Broken(string reason) => this with { Position = null, GapReason = reason, Rest = null };

    /// <summary>What the next full backup records.</summary>
    public SidecarGap ToGap() => new() { FromUtc = ManifestJson.Format(new DateTimeOffset(ToUtc, TimeSpan.Zero)), AfterId = Id, Reason = GapReason };
}

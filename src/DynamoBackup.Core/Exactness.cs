using DynamoBackup.Manifests;

namespace DynamoBackup;

/// <summary>How exact a full backup is.</summary>
/// <param name="Increment">The increment that holds what changed while it was read, once for each store that has it; null where nothing changed, or it is not exact.</param>
/// <param name="From">When the reading of the stream began, by the service's clock.</param>
/// <param name="To">The whole second whose state it is; null where that is not known.</param>
/// <param name="Stream">Where in the stream the next increment begins; null where none can.</param>
/// <param name="NotExactBecause">Why it is not exact, in words; null where it is.</param>
internal sealed record Exactness(IReadOnlyList<BackupInfo>? Increment, DateTimeOffset From, DateTimeOffset? To, SidecarStream? Stream, string? NotExactBecause)
{
    /// <summary>The digest of the table at <see cref="To"/>; null where there is none, and where nothing changed while it was read.</summary>
    public string? Digest { get; init; }

    /// <summary>What the full backup's sidecar says, in one store.</summary>
    /// <param name="draft">The sidecar.</param>
    /// <param name="location">The store.</param>
    /// <param name="ended">When reading had ended, by this machine's clock.</param>
    public Sidecar Put(Sidecar draft, string location, DateTimeOffset ended)
    {
        var increment = Increment?.FirstOrDefault(backup => backup.Location == location);
        var reason = NotExactBecause ?? (Increment is not null && increment is null ? "the changes made while it was read could not be stored here" : null);
        return draft with
        {
            FromUtc = Second(From, up: false),
            ToUtc = Second(To ?? ended, up: true),
            Exactness = reason is null ? Sidecar.Exact : Sidecar.Fuzzy,
            NotExactBecause = reason,
            ExactWith = reason is null ? increment?.Id : null,
            ExactDigest = reason is null && increment is not null ? Digest : null,
            Stream = reason is null ? Stream : null,
        };
    }

    /// <summary>What the sidecar of a backup says that was made without a stream.</summary>
    public static Sidecar PutFuzzy(Sidecar draft, DateTimeOffset from, DateTimeOffset to, string? reason) =>
        draft with { FromUtc = Second(from, up: false), ToUtc = Second(to, up: true), Exactness = Sidecar.Fuzzy, NotExactBecause = reason };

    private static string Second(DateTimeOffset instant, bool up) =>
        ManifestJson.Format(DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds() + (up && instant.Millisecond > 0 ? 1 : 0)));
}

namespace DynamoBackup.Manifests;

/// <summary>The time that a backup is of.</summary>
/// <param name="FromUtc">See <see cref="BackupInfo.FromUtc"/>.</param>
/// <param name="ToUtc">See <see cref="BackupInfo.ToUtc"/>.</param>
/// <param name="Exactness">Whether it is the table at the latter.</param>
internal readonly record struct ExportTimes(DateTime? FromUtc, DateTime? ToUtc, BackupExactness Exactness)
{
    /// <summary>Reads the times: ours are in the sidecar; an export by AWS is exact at its exportTime (it is made from point-in-time recovery), or has the changes between two instants.</summary>
    public static ExportTimes Of(ManifestSummary? summary, Sidecar? sidecar)
    {
        if (sidecar is not null)
        {
            var exactness = sidecar.Exactness switch { Sidecar.Exact => BackupExactness.Exact, Sidecar.Fuzzy => BackupExactness.Fuzzy, _ => BackupExactness.Unknown };
            return new(ManifestJson.ParseInstant(sidecar.FromUtc), ManifestJson.ParseInstant(sidecar.ToUtc), exactness);
        }

        if (summary is null || new ExportFormat(summary) is not { IsByAws: true } format)
            return default;
        if (format.IsIncremental)
            return new(ManifestJson.ParseInstant(summary.ExportFromTime), ManifestJson.ParseInstant(summary.ExportToTime), BackupExactness.Unknown);
        var at = ManifestJson.ParseInstant(summary.ExportTime);
        return new(at, at, at is null ? BackupExactness.Unknown : BackupExactness.Exact);
    }
}

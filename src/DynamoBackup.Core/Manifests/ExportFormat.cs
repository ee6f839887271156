namespace DynamoBackup.Manifests;

/// <summary>
/// Which kind of export a summary is of, and whether that is read: full and incremental ones in DynamoDB JSON are
/// (source: Amazon DynamoDB Developer Guide, "DynamoDB table export output format").
/// </summary>
internal sealed class ExportFormat(ManifestSummary summary)
{
    private const string FullExport = "FULL_EXPORT";

    /// <summary>The views of incremental exports; the last one is how AWS's API reference also spells the second.</summary>
    private static readonly string[] Views = ["NEW_AND_OLD_IMAGES", "NEW_IMAGE", "NEW_IMAGES"];

    /// <summary>Whether it holds what changed in a time, not the whole table.</summary>
    public bool IsIncremental => summary.Version == ManifestSummary.IncrementalVersion || summary.ExportType == ManifestSummary.IncrementalExport;

    /// <summary>Whether AWS made it: it lies in a bucket, or a copy of one, and names no sidecar.</summary>
    public bool IsByAws => summary is { Sidecar: null, S3Bucket: not (null or "") };

    /// <summary>Whether its data files lie in the folder that AWS's incremental exports share, and not in its own.</summary>
    public bool SharesData => IsIncremental && IsByAws;

    /// <summary>Adds a finding for each thing that is not read.</summary>
    /// <returns>Whether the data files can be read.</returns>
    public bool Check(ICollection<Finding> findings)
    {
        var before = findings.Count;
        if (summary.OutputFormat == ManifestSummary.Ion)
            Add("It is an export in Amazon Ion, which this version does not read.", "Export the table again, as DYNAMODB_JSON.");
        else if (summary.OutputFormat is not (null or ManifestSummary.DynamoDbJson))
            Add($"Its output format is '{Printable(summary.OutputFormat)}', which this version does not read.", "Export the table again, as DYNAMODB_JSON.");
        var (version, type) = IsIncremental ? (ManifestSummary.IncrementalVersion, ManifestSummary.IncrementalExport) : (ManifestSummary.FullVersion, FullExport);
        if (summary.Version != version || (summary.ExportType is not null && summary.ExportType != type))
            Add($"Its manifest has version '{Printable(summary.Version)}'{(summary.ExportType is null ? "" : $" and export type '{Printable(summary.ExportType)}'")}, which this version does not know.", "Update the DynamoBackup module.");
        else if (IsIncremental && summary.OutputView is { } view && !Views.Contains(view))
            Add($"Its output view is '{Printable(view)}', which this version does not know.", "Update the DynamoBackup module.");
        return findings.Count == before;

        void Add(string detail, string fix) => findings.Add(new Finding(FindingSeverity.Error, FindingKind.FormatNotSupported, BackupLayout.Summary, detail, fix));
    }

    /// <summary>The text may come from anyone.</summary>
    private static string Printable(string? text) => string.Concat((text ?? "").Take(80).Select(character => char.IsControl(character) ? '?' : character));
}

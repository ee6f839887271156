namespace DynamoBackup.Manifests;

/// <summary>
/// Which kind of export a summary is of, and whether that is read: full ones in DynamoDB JSON are
/// (source: Amazon DynamoDB Developer Guide, "DynamoDB table export output format").
/// </summary>
internal sealed class ExportFormat(ManifestSummary summary)
{
    private const string FullExport = "FULL_EXPORT";

    /// <summary>Whether it holds what changed in a time, not the whole table.</summary>
    public bool IsIncremental => summary.Version == ManifestSummary.IncrementalVersion || summary.ExportType == ManifestSummary.IncrementalExport;

    /// <summary>Adds a finding for each thing that is not read.</summary>
    /// <returns>Whether the data files can be read.</returns>
    public bool Check(ICollection<Finding> findings)
    {
        var before = findings.Count;
        if (summary.OutputFormat == ManifestSummary.Ion)
            Add("It is an export in Amazon Ion, which this version does not read.", "Export the table again, as DYNAMODB_JSON.");
        else if (summary.OutputFormat is not (null or ManifestSummary.DynamoDbJson))
            Add($"Its output format is '{Printable(summary.OutputFormat)}', which this version does not read.", "Export the table again, as DYNAMODB_JSON.");
        if (IsIncremental)
            Add("It is an incremental export: it holds changes, not the table, and this version does not read it.", "Use a full export or a full backup.");
        else if (summary.Version != ManifestSummary.FullVersion || summary.ExportType is not (null or FullExport))
            Add($"Its manifest has version '{Printable(summary.Version)}'{(summary.ExportType is null ? "" : $" and export type '{Printable(summary.ExportType)}'")}, which this version does not know.", "Update the DynamoBackup module.");
        return findings.Count == before;

        void Add(string detail, string fix) => findings.Add(new Finding(FindingSeverity.Error, FindingKind.FormatNotSupported, BackupLayout.Summary, detail, fix));
    }

    /// <summary>The text may come from anyone.</summary>
    private static string Printable(string? text) => string.Concat((text ?? "").Take(80).Select(character => char.IsControl(character) ? '?' : character));
}

namespace DynamoBackup;

/// <summary>One thing found while listing, verifying or restoring a backup.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="File">The file concerned, relative to the backup's folder (<c>data/x.json.gz</c>), or the table's name; empty where it concerns the whole.</param>
/// <param name="Detail">What was found, with the expected and the actual value.</param>
/// <param name="Fix">What to do next.</param>
public sealed record Finding(FindingSeverity Severity, FindingKind Kind, string File, string Detail, string Fix)
{
    /// <summary>The finding as one line.</summary>
    public override string ToString() => File.Length == 0 ? $"{Kind}: {Detail}" : $"{Kind}: {File}: {Detail}";
}

using System.Globalization;

namespace DynamoBackup.Testing;

/// <summary>One change to an item, and how an incremental export writes it.</summary>
/// <param name="Micros">When it was made, in microseconds since the Unix epoch.</param>
/// <param name="Keys">The item's key, in DynamoDB JSON.</param>
/// <param name="Old">The item before; null where there was none.</param>
/// <param name="New">The item afterwards; null where it was deleted.</param>
public sealed record ExportChange(long Micros, string Keys, string? Old, string? New)
{
    /// <summary>The view with both images, which is what an export has unless it is asked for otherwise.</summary>
    public const string NewAndOldImages = "NEW_AND_OLD_IMAGES";

    /// <summary>The view with new images alone: a deletion is nothing but its key.</summary>
    public const string NewImage = "NEW_IMAGE";

    /// <summary>
    /// What is left of changes in an export: of each item the image before the first and that after the last of them, and nothing of one that came and went in between.
    /// </summary>
    /// <param name="changes">All changes, in the order in which they were made.</param>
    public static IEnumerable<ExportChange> Compact(IEnumerable<ExportChange> changes) => changes
        .GroupBy(change => change.Keys, StringComparer.Ordinal)
        .Select(ofItem => ofItem.Last() with { Old = ofItem.First().Old })
        .Where(change => change.Old is not null || change.New is not null);

    /// <summary>The line in a data file.</summary>
    /// <param name="view">Which images it has.</param>
    public string ToLine(string view) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"Metadata":{"WriteTimestampMicros":{"N":"{{{Micros}}}"}},"Keys":{{{Keys}}}{{{(view == NewAndOldImages ? Image("OldImage", Old) : "")}}}{{{Image("NewImage", New)}}}}""");

    private static string Image(string name, string? json) => json is null ? "" : $",\"{name}\":{json}";
}

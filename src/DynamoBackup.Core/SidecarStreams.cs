using DynamoBackup.Changes;
using DynamoBackup.Manifests;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>What a sidecar says of the stream that was read for its backup.</summary>
internal static class SidecarStreams
{
    /// <summary>Describes it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="table">Its table.</param>
    /// <param name="from">Where reading began.</param>
    /// <param name="result">What was read.</param>
    /// <param name="margin">How long after the backup's instant it was still read.</param>
    public static SidecarStream Describe(TableStream stream, TableDefinition table, StreamPosition from, CaptureResult result, TimeSpan margin) => new()
    {
        Arn = stream.Arn,
        ViewType = stream.ViewType,
        TableId = table.Id,
        TableCreatedUtc = TableStream.TableCreated(table),
        From = StreamPlace.Write(from),
        To = StreamPlace.Write(result.Position),
        NewestUtc = result.NewestRecord is { } newest ? ManifestJson.Format(newest) : null,
        MarginSeconds = Math.Round(Math.Max(0, margin.TotalSeconds), 3),
    };
}

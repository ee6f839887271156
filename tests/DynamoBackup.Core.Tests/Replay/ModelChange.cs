namespace DynamoBackup.Core.Tests.Replay;

/// <summary>A change as the writer that made it remembers it.</summary>
/// <param name="Key">The key's value.</param>
/// <param name="Item">The item from then on; null where it was deleted.</param>
/// <param name="Before">The item until then; null where there was none.</param>
/// <param name="Second">When, in seconds since the Unix epoch.</param>
/// <param name="Shard">The shard that holds it.</param>
/// <param name="Sequence">Its number there.</param>
/// <param name="IsTtlDelete">Whether time to live deleted the item.</param>
internal sealed record ModelChange(string Key, string? Item, string? Before, long Second, string Shard, string Sequence, bool IsTtlDelete)
{
    /// <summary>The change as a line of an incremental backup, without its line feed.</summary>
    public string Line(bool oldImages = true) =>
        $$$"""{"Metadata":{"WriteTimestampMicros":{"N":"{{{Second}}}000000"},"SequenceNumber":{"S":"{{{Sequence}}}"},"ShardId":{"S":"{{{Shard}}}"}{{{(IsTtlDelete ? ",\"TtlDelete\":{\"BOOL\":true}" : "")}}}},{{{Parts(oldImages)}}}}""";

    /// <summary>The change as a line of an incremental export by AWS.</summary>
    public string AwsLine(bool oldImages) => $$$"""{"Metadata":{"WriteTimestampMicros":{"N":"{{{Second}}}123456"}},{{{Parts(oldImages)}}}}""";

    private string Parts(bool oldImages)
    {
        var before = Before is not null && oldImages ? $",\"OldImage\":{Before}" : "";
        var after = Item is not null ? $",\"NewImage\":{Item}" : "";
        return $$$"""{"Keys":{"pk":{"S":"{{{Key}}}"}}{{{before}}}{{{after}}}}"""[1..^1];
    }
}

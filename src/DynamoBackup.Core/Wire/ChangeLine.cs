namespace DynamoBackup.Wire;

/// <summary>
/// One line of an incremental backup's data file, ours or of AWS's exports in both views:
/// <c>{"Metadata":{"WriteTimestampMicros":{"N":"..."}},"Keys":{..},"OldImage":{..},"NewImage":{..}}</c>, members in any order. It tells where the parts lie and copies nothing;
/// that each part is valid DynamoDB JSON is for <see cref="CanonicalChange"/> to find out.
/// </summary>
public readonly record struct ChangeLine
{
    /// <summary>The metadata's bytes.</summary>
    public JsonSlice Metadata { get; init; }

    /// <summary>The item's key: an item of the key's attributes alone.</summary>
    public JsonSlice Keys { get; init; }

    /// <summary>The item before the change. Null where there was none, and where the view has no old images.</summary>
    public JsonSlice? OldImage { get; init; }

    /// <summary>The item after the change. Null where it was deleted.</summary>
    public JsonSlice? NewImage { get; init; }

    /// <summary>When the change was made, in microseconds since the Unix epoch; never beyond the last year that a date can have.</summary>
    public long WriteTimestampMicros { get; init; }

    /// <summary>The change's sequence number in its shard: decimal digits, without quotes. Null in an export by AWS, which has one final state of each item.</summary>
    public JsonSlice? SequenceNumber { get; init; }

    /// <summary>The stream's shard that the change was read from, without quotes. It is there where <see cref="SequenceNumber"/> is.</summary>
    public JsonSlice? ShardId { get; init; }

    /// <summary>Whether time to live deleted the item, and no user.</summary>
    public bool IsTtlDelete { get; init; }

    /// <summary>Whether the change is a put, <see cref="NewImage"/> being the item from then on; else it is a deletion.</summary>
    public bool IsPut => NewImage is not null;

    /// <summary>When the change was made.</summary>
    public DateTime WrittenUtc => DateTime.UnixEpoch.AddTicks(WriteTimestampMicros * TimeSpan.TicksPerMicrosecond);

    /// <summary>Where the timestamp's value lies, and whether it is spelled as an attribute value.</summary>
    internal (JsonSlice Value, JsonSlice Digits, bool IsTyped) Timestamp { get; init; }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its line feed.</param>
    /// <returns>Where its parts lie.</returns>
    /// <exception cref="InvalidItemException">The line is something else.</exception>
    public static ChangeLine Read(ReadOnlySpan<byte> line)
    {
        var reader = new ChangeLineReader(line);
        return reader.Read();
    }
}

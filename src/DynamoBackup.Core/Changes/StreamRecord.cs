using System.Buffers.Text;
using DynamoBackup.Wire;

namespace DynamoBackup.Changes;

/// <summary>
/// One record of a stream, read off its bytes without allocating (source: Amazon DynamoDB API reference, "Record" and "StreamRecord"). What must be there is
/// checked; the key and the images are only delimited, for whoever stores or replays them reads them anyway.
/// </summary>
internal ref struct StreamRecord
{
    private const long LastSecond = 253_402_300_799;

    /// <summary>What the change did.</summary>
    public StreamEvent Event { get; private set; }

    /// <summary>When it was made, in whole seconds since 1970, rounded down.</summary>
    public long Seconds { get; private set; }

    /// <summary>Its sequence number.</summary>
    public SequenceNumber SequenceNumber { get; private set; }

    /// <summary>The item's key.</summary>
    public ReadOnlySpan<byte> Keys { get; private set; }

    /// <summary>The item before the change; empty where the record does not carry it.</summary>
    public ReadOnlySpan<byte> OldImage { get; private set; }

    /// <summary>The item after the change; empty where the record does not carry it.</summary>
    public ReadOnlySpan<byte> NewImage { get; private set; }

    /// <summary>What the stream's records carry; null where this one does not say.</summary>
    public StreamView? View { get; private set; }

    /// <summary>Whether the item was deleted because its time to live was over.</summary>
    public bool IsTtlDelete { get; private set; }

    /// <summary>When the change was made, as an instant.</summary>
    public readonly DateTimeOffset Created => DateTimeOffset.FromUnixTimeSeconds(Seconds);

    /// <summary>Reads a record.</summary>
    /// <param name="json">Its bytes.</param>
    /// <exception cref="InvalidItemException">They are not a record of a stream.</exception>
    public static StreamRecord Read(ReadOnlySpan<byte> json)
    {
        var record = new StreamRecord();
        var properties = new RecordProperties(json);
        var found = Found.None;
        while (properties.Next(out var name, out var value))
        {
            if (name.SequenceEqual("eventName"u8))
            {
                properties.Once(ref found, Found.Event);
                record.Event = EventOf(value, properties);
            }
            else if (name.SequenceEqual("dynamodb"u8))
            {
                properties.Once(ref found, Found.Change);
                record.ReadChange(value);
            }
            else if (name.SequenceEqual("userIdentity"u8) && !value.SequenceEqual("null"u8))
            {
                properties.Once(ref found, Found.Identity);
                record.IsTtlDelete = IsTimeToLive(value);
            }
        }

        properties.Require(found, Found.Event | Found.Change);
        record.IsTtlDelete &= record.Event == StreamEvent.Remove;
        return record;
    }

    private void ReadChange(ReadOnlySpan<byte> json)
    {
        var properties = new RecordProperties(json);
        var found = Found.None;
        while (properties.Next(out var name, out var value))
        {
            if (name.SequenceEqual("ApproximateCreationDateTime"u8))
            {
                properties.Once(ref found, Found.Time);
                Seconds = SecondsOf(value, properties);
            }
            else if (name.SequenceEqual("SequenceNumber"u8))
            {
                properties.Once(ref found, Found.Sequence);
                SequenceNumber = SequenceNumber.TryParse(properties.Text(value), out var number) ? number : throw properties.Invalid("A sequence number is not one of up to 40 digits");
            }
            else if (name.SequenceEqual("Keys"u8))
            {
                properties.Once(ref found, Found.Keys);
                Keys = properties.Object(value);
            }
            else if (name.SequenceEqual("OldImage"u8) && !value.SequenceEqual("null"u8))
            {
                properties.Once(ref found, Found.Old);
                OldImage = properties.Object(value);
            }
            else if (name.SequenceEqual("NewImage"u8) && !value.SequenceEqual("null"u8))
            {
                properties.Once(ref found, Found.New);
                NewImage = properties.Object(value);
            }
            else if (name.SequenceEqual("StreamViewType"u8) && !value.SequenceEqual("null"u8))
            {
                properties.Once(ref found, Found.View);
                View = ViewOf(value, properties);
            }
        }

        properties.Require(found, Found.Time | Found.Sequence | Found.Keys);
    }

    private static StreamEvent EventOf(ReadOnlySpan<byte> value, RecordProperties properties)
    {
        var text = properties.Text(value);
        return text.SequenceEqual("INSERT"u8) ? StreamEvent.Insert
            : text.SequenceEqual("MODIFY"u8) ? StreamEvent.Modify
            : text.SequenceEqual("REMOVE"u8) ? StreamEvent.Remove
            : throw properties.Invalid("An event's name is none of INSERT, MODIFY and REMOVE");
    }

    private static StreamView ViewOf(ReadOnlySpan<byte> value, RecordProperties properties)
    {
        var text = properties.Text(value);
        return text.SequenceEqual("NEW_AND_OLD_IMAGES"u8) ? StreamView.NewAndOldImages
            : text.SequenceEqual("NEW_IMAGE"u8) ? StreamView.NewImage
            : text.SequenceEqual("OLD_IMAGE"u8) ? StreamView.OldImage
            : text.SequenceEqual("KEYS_ONLY"u8) ? StreamView.KeysOnly
            : throw properties.Invalid("A view type is not one of a stream's");
    }

    private static bool IsTimeToLive(ReadOnlySpan<byte> json)
    {
        var properties = new RecordProperties(json);
        var (service, dynamo) = (false, false);
        while (properties.Next(out var name, out var value))
        {
            // AWS's reference writes the names in capitals, its examples and the wire do not.
            if (name.SequenceEqual("type"u8) || name.SequenceEqual("Type"u8))
                service = value.SequenceEqual("\"Service\""u8);
            else if (name.SequenceEqual("principalId"u8) || name.SequenceEqual("PrincipalId"u8))
                dynamo = value.SequenceEqual("\"dynamodb.amazonaws.com\""u8);
        }

        return service && dynamo;
    }

    private static long SecondsOf(ReadOnlySpan<byte> value, RecordProperties properties) =>
        // Written as 1464805270, 1464805270.25 or 1.46480527E9; a double would do for today, a decimal loses nothing.
        Utf8Parser.TryParse(value, out decimal seconds, out var length) && length == value.Length && char.IsAsciiDigit((char)value[0]) && seconds is >= 0 and <= LastSecond
            ? (long)decimal.Floor(seconds)
            : throw properties.Invalid("A time of creation is not a number of seconds");

    /// <summary>What has been found in a record.</summary>
    [Flags]
    internal enum Found
    {
        None = 0,
        Event = 1,
        Change = 2,
        Identity = 4,
        Time = 8,
        Sequence = 16,
        Keys = 32,
        Old = 64,
        New = 128,
        View = 256,
    }
}

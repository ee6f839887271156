using System.Buffers;
using System.Globalization;

namespace DynamoBackup.Wire;

/// <summary>Takes one line of an incremental data file apart.</summary>
internal ref struct ChangeLineReader(ReadOnlySpan<byte> line)
{
    /// <summary>Most digits that a timestamp is spelled with; what is no date is found out by its value.</summary>
    private const int LongestTimestamp = 40;

    /// <summary>Longest shard id (source: Amazon DynamoDB API Reference, "Shard"), and what names may have on top of it.</summary>
    private const int LongestShardId = 128;

    /// <summary>23:59:59.999999 on the last day of the year 9999, in microseconds.</summary>
    private const long LastMicros = 253_402_300_799_999_999;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789"u8);
    private static readonly SearchValues<byte> ShardCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:/"u8);

    private readonly ReadOnlySpan<byte> _line = line;
    private JsonCursor _cursor = new(line);
    private JsonSlice? _metadata;
    private JsonSlice? _keys;
    private JsonSlice? _oldImage;
    private JsonSlice? _newImage;
    private (JsonSlice Value, JsonSlice Digits, bool IsTyped)? _timestamp;
    private long _micros;
    private JsonSlice? _sequenceNumber;
    private JsonSlice? _shardId;
    private bool? _ttlDelete;

    /// <summary>Reads the line.</summary>
    /// <exception cref="InvalidItemException">It is no change.</exception>
    public ChangeLine Read()
    {
        _cursor.Expect((byte)'{');
        do
        {
            ReadMember();
        }
        while (_cursor.TryTake((byte)','));
        _cursor.Expect((byte)'}');
        if (_cursor.Peek() != 0 || _cursor.Position != _line.Length)
            throw _cursor.Unexpected("the line's end");
        if (_metadata is null || _keys is null)
            throw new InvalidItemException($"The change has no {(_metadata is null ? "Metadata" : "Keys")}", 0);
        if (_timestamp is null)
            throw new InvalidItemException("The change's Metadata has no WriteTimestampMicros", _metadata.Value.Start);
        if (_sequenceNumber is null != _shardId is null)
            throw new InvalidItemException("Of a change's SequenceNumber and ShardId, one says nothing without the other", _metadata.Value.Start);
        if (_ttlDelete == true && _newImage is not null)
            throw new InvalidItemException("The change is marked as a deletion by time to live, and has a NewImage", _newImage.Value.Start);
        return new ChangeLine
        {
            Metadata = _metadata.Value,
            Keys = _keys.Value,
            OldImage = _oldImage,
            NewImage = _newImage,
            WriteTimestampMicros = _micros,
            SequenceNumber = _sequenceNumber,
            ShardId = _shardId,
            IsTtlDelete = _ttlDelete ?? false,
            Timestamp = _timestamp.Value,
        };
    }

    private void ReadMember()
    {
        var name = TakeName();
        if (name.SequenceEqual("Keys"u8))
            ReadKeys();
        else if (name.SequenceEqual("NewImage"u8))
            Set(ref _newImage, TakeObject(), "NewImage");
        else if (name.SequenceEqual("OldImage"u8))
            Set(ref _oldImage, TakeObject(), "OldImage");
        else if (name.SequenceEqual("Metadata"u8))
            ReadMetadata();
        else
            throw new InvalidItemException("The line has a member other than Metadata, Keys, OldImage and NewImage", _cursor.Position);
    }

    private void ReadKeys()
    {
        var keys = TakeObject();
        Set(ref _keys, keys, "Keys");
        if (new JsonCursor(_line) { Position = keys.Start + 1 }.Peek() == (byte)'}')
            throw new InvalidItemException("The change's Keys are empty", keys.Start);
    }

    private void ReadMetadata()
    {
        _cursor.Peek();
        var start = _cursor.Position;
        _cursor.Expect((byte)'{');
        if (!_cursor.TryTake((byte)'}'))
        {
            do
            {
                ReadMetadataMember();
            }
            while (_cursor.TryTake((byte)','));
            _cursor.Expect((byte)'}');
        }

        Set(ref _metadata, new JsonSlice(start, _cursor.Position - start), "Metadata");
    }

    private void ReadMetadataMember()
    {
        var name = TakeName();
        if (name.SequenceEqual("WriteTimestampMicros"u8))
            ReadTimestamp();
        else if (name.SequenceEqual("SequenceNumber"u8))
            Set(ref _sequenceNumber, TakeText("S"u8, Digits, SequenceNumber.MostDigits, "a sequence number"), "SequenceNumber");
        else if (name.SequenceEqual("ShardId"u8))
            Set(ref _shardId, TakeText("S"u8, ShardCharacters, LongestShardId, "a shard's id"), "ShardId");
        else if (name.SequenceEqual("TtlDelete"u8))
            Set(ref _ttlDelete, TakeBoolean(), "TtlDelete");
        else
            TakeObject();
    }

    /// <summary>AWS's exports have <c>{"N":"..."}</c>, its documentation a bare string or number.</summary>
    private void ReadTimestamp()
    {
        var token = _cursor.Peek();
        var start = _cursor.Position;
        JsonSlice digits;
        if (token == (byte)'{')
        {
            digits = TakeText("N"u8, Digits, LongestTimestamp, "a timestamp");
        }
        else if (token == (byte)'"')
        {
            digits = TakePlain(Digits, LongestTimestamp, "a timestamp");
        }
        else
        {
            var rest = _line[start..];
            var length = rest.IndexOfAnyExcept(Digits);
            digits = new JsonSlice(start, length < 0 ? rest.Length : length);
            // JSON has no leading zeros.
            if (digits.Length == 0 || (digits.Length > 1 && token == (byte)'0'))
                throw _cursor.Unexpected("a timestamp");
            _cursor.Position = digits.End;
        }

        Set(ref _timestamp, (new JsonSlice(start, _cursor.Position - start), digits, token == (byte)'{'), "WriteTimestampMicros");
        if (!long.TryParse(_line.Slice(digits.Start, digits.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _micros) || _micros > LastMicros)
            throw new InvalidItemException("The change's WriteTimestampMicros is beyond any date", start);
    }

    private ReadOnlySpan<byte> TakeName()
    {
        var name = _cursor.TakeString(out var escaped);
        // One that is spelled with escapes would be known to the canonical encoding only.
        if (escaped)
            throw new InvalidItemException("A member's name is spelled with escapes", _cursor.Position);
        _cursor.Expect((byte)':');
        return name;
    }

    private JsonSlice TakeObject()
    {
        if (_cursor.Peek() != (byte)'{')
            throw _cursor.Unexpected("an object");
        var start = _cursor.Position;
        try
        {
            _cursor.Position = JsonSlicer.Skip(_line, start);
        }
        catch (FormatException)
        {
            throw new InvalidItemException("The line is cut", _line.Length);
        }

        return new JsonSlice(start, _cursor.Position - start);
    }

    private JsonSlice TakeText(ReadOnlySpan<byte> type, SearchValues<byte> allowed, int longest, string what)
    {
        TakeType(type, what);
        var text = TakePlain(allowed, longest, what);
        _cursor.Expect((byte)'}');
        return text;
    }

    private JsonSlice TakePlain(SearchValues<byte> allowed, int longest, string what)
    {
        var text = _cursor.TakeString(out var escaped);
        var start = _cursor.Position - 1 - text.Length;
        return !escaped && text.Length > 0 && text.Length <= longest && text.IndexOfAnyExcept(allowed) < 0
            ? new JsonSlice(start, text.Length)
            : throw new InvalidItemException($"This is not {what}", start);
    }

    private bool TakeBoolean()
    {
        TakeType("BOOL"u8, "a Boolean");
        var value = _cursor.TryTakeWord("true"u8) || (_cursor.TryTakeWord("false"u8) ? false : throw _cursor.Unexpected("true or false"));
        _cursor.Expect((byte)'}');
        return value;
    }

    private void TakeType(ReadOnlySpan<byte> type, string what)
    {
        _cursor.Expect((byte)'{');
        if (!_cursor.TakeString(out _).SequenceEqual(type))
            throw _cursor.Unexpected(what);
        _cursor.Expect((byte)':');
    }

    private readonly void Set<T>(ref T? member, T value, string name)
        where T : struct
    {
        if (member is not null)
            throw new InvalidItemException($"The change has {name} twice", _cursor.Position);
        member = value;
    }
}

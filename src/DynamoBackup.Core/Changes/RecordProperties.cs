using DynamoBackup.Wire;

namespace DynamoBackup.Changes;

/// <summary>Goes through the properties of a JSON object in a stream's record, one after the other, as bytes.</summary>
internal ref struct RecordProperties
{
    private JsonCursor _cursor;
    private bool _begun;

    public RecordProperties(ReadOnlySpan<byte> json)
    {
        _cursor = new JsonCursor(json);
        _cursor.Expect((byte)'{');
    }

    /// <summary>Goes on to the next property. A name with escapes is none of those that are looked for.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value's bytes.</param>
    /// <returns>False at the object's end, behind which nothing may follow.</returns>
    /// <exception cref="InvalidItemException">The bytes are not such an object.</exception>
    public bool Next(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (_cursor.TryTake((byte)'}'))
            return _cursor.Peek() == 0 && _cursor.Position == _cursor.Json.Length ? false : throw _cursor.Unexpected("the object's end");
        if (_begun)
            _cursor.Expect((byte)',');
        _begun = true;
        name = _cursor.TakeString(out _);
        _cursor.Expect((byte)':');
        _cursor.Peek();
        var start = _cursor.Position;
        try
        {
            _cursor.Position = JsonArrayFinder.SkipValue(_cursor.Json, start);
        }
        catch (FormatException exception) when (exception is not InvalidItemException)
        {
            throw Invalid("A value is missing or does not end");
        }

        value = _cursor.Json[start.._cursor.Position];
        return true;
    }

    /// <summary>The characters of a value that must be a string without escapes.</summary>
    public readonly ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value) =>
        value.Length >= 2 && value[0] == (byte)'"' && value[^1] == (byte)'"' && !value.Contains((byte)'\\') ? value[1..^1] : throw Invalid("A string is missing");

    /// <summary>A value that must be an object.</summary>
    public readonly ReadOnlySpan<byte> Object(ReadOnlySpan<byte> value) => value.Length >= 2 && value[0] == (byte)'{' ? value : throw Invalid("An object is missing");

    /// <summary>Notes a property, which may be there only once.</summary>
    public readonly void Once(ref StreamRecord.Found found, StreamRecord.Found property)
    {
        if ((found & property) != 0)
            throw Invalid($"The record has '{property}' twice");
        found |= property;
    }

    /// <summary>Refuses an object that lacks something.</summary>
    public readonly void Require(StreamRecord.Found found, StreamRecord.Found wanted)
    {
        if ((found & wanted) != wanted)
            throw Invalid($"The record lacks '{wanted & ~found}'");
    }

    /// <summary>An exception that says what is wrong here.</summary>
    public readonly InvalidItemException Invalid(string reason) => new(reason, _cursor.Position);
}

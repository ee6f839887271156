namespace DynamoBackup.Wire;

/// <summary>
/// The canonical encoding of one change (docs/FORMAT.md): that of the item whose attributes are the line's parts as maps, <c>{"Metadata":{"M":..},"Keys":{"M":..},...}</c>. Validates every
/// part strictly on the way. One instance is used for many changes, by one thread; it allocates nothing per change.
/// </summary>
public sealed class CanonicalChange
{
    private readonly CanonicalBuffer _json = new();
    private readonly CanonicalItem _item = new();
    private readonly (int Wrapped, int Line)[] _pieces = new (int, int)[6];
    private int _pieceCount;

    /// <summary>The canonical encoding of the change read last; valid until the next one is read.</summary>
    public ReadOnlySpan<byte> Encoding => _item.Encoding;

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its line feed.</param>
    /// <returns>Where its parts lie.</returns>
    /// <exception cref="InvalidItemException">The line is no change, or a part of it no valid DynamoDB JSON.</exception>
    public ChangeLine Read(ReadOnlySpan<byte> line)
    {
        var change = ChangeLine.Read(line);
        _json.Truncate(0);
        _pieceCount = 0;
        _json.Add("{\"Metadata\":{\"M\":"u8);
        AddMetadata(line, change);
        AddPart("},\"Keys\":{\"M\":"u8, line, change.Keys);
        AddPart("},\"OldImage\":{\"M\":"u8, line, change.OldImage);
        AddPart("},\"NewImage\":{\"M\":"u8, line, change.NewImage);
        _json.Add("}}"u8);
        try
        {
            _item.Read(_json.Written);
        }
        catch (InvalidItemException exception)
        {
            throw new InvalidItemException(exception.Reason, PlaceInLine(exception.Offset, line.Length));
        }

        return change;
    }

    /// <summary>A timestamp that is no attribute value is one in the encoding, so that both spellings are the same change.</summary>
    private void AddMetadata(ReadOnlySpan<byte> line, in ChangeLine change)
    {
        var (value, digits, isTyped) = change.Timestamp;
        if (isTyped)
        {
            Add(line, change.Metadata);
            return;
        }

        Add(line, new JsonSlice(change.Metadata.Start, value.Start - change.Metadata.Start));
        _json.Add("{\"N\":\""u8);
        Add(line, digits);
        _json.Add("\"}"u8);
        Add(line, new JsonSlice(value.End, change.Metadata.End - value.End));
    }

    private void AddPart(ReadOnlySpan<byte> head, ReadOnlySpan<byte> line, JsonSlice? part)
    {
        if (part is not { } slice)
            return;
        _json.Add(head);
        Add(line, slice);
    }

    private void Add(ReadOnlySpan<byte> line, JsonSlice piece)
    {
        _pieces[_pieceCount++] = (_json.Length, piece.Start);
        _json.Add(line.Slice(piece.Start, piece.Length));
    }

    /// <summary>The place in the line of one in the bytes that were made of it.</summary>
    private int PlaceInLine(int offset, int length)
    {
        var piece = _pieces.AsSpan(0, _pieceCount);
        while (piece.Length > 1 && piece[^1].Wrapped > offset)
            piece = piece[..^1];
        return Math.Clamp(piece[^1].Line + offset - piece[^1].Wrapped, 0, length);
    }
}

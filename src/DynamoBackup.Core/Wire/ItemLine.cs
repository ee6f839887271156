namespace DynamoBackup.Wire;

/// <summary>One line of a full backup's data file: <c>{"Item":{...}}</c>.</summary>
public static class ItemLine
{
    /// <summary>What stands in front of the item's bytes.</summary>
    public static ReadOnlySpan<byte> Prefix => "{\"Item\":"u8;

    /// <summary>What stands behind the item's bytes, line feed included.</summary>
    public static ReadOnlySpan<byte> Suffix => "}\n"u8;

    /// <summary>
    /// Refuses a page with an item that would not be one line: JSON allows a line feed between tokens, and a string that holds one unescaped is none.
    /// What lies between items does not matter, for it is not stored. One look over all items, at memory speed.
    /// </summary>
    /// <param name="page">The page's bytes.</param>
    /// <param name="items">Where its items lie, in order.</param>
    /// <exception cref="InvalidItemException">An item holds a control character.</exception>
    public static void RequireOneLineEach(ReadOnlySpan<byte> page, IReadOnlyList<JsonSlice> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0 || PlainText.FindControl(page[items[0].Start..items[^1].End]) < 0)
            return;
        for (var index = 0; index < items.Count; index++)
        {
            if (PlainText.FindControl(page.Slice(items[index].Start, items[index].Length)) is >= 0 and var offset)
                throw new InvalidItemException("An unescaped control character", offset);
        }
    }

    /// <summary>Finds the item in a line.</summary>
    /// <param name="line">The line without its line feed.</param>
    /// <returns>Where the item's bytes lie.</returns>
    /// <exception cref="InvalidItemException">The line is something else.</exception>
    public static JsonSlice FindItem(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith(Prefix) && line[^1] == (byte)'}' && line.Length > Prefix.Length + 1 && line[Prefix.Length] == (byte)'{')
            return new JsonSlice(Prefix.Length, line.Length - Prefix.Length - 1);
        var cursor = new JsonCursor(line);
        cursor.Expect((byte)'{');
        if (!cursor.TakeString(out _).SequenceEqual("Item"u8))
            throw new InvalidItemException("The line does not begin with {\"Item\":", 0);
        cursor.Expect((byte)':');
        if (cursor.Peek() != (byte)'{')
            throw cursor.Unexpected("an item");
        var start = cursor.Position;
        try
        {
            cursor.Position = JsonSlicer.Skip(line, start);
        }
        catch (FormatException)
        {
            throw new InvalidItemException("The line is cut", line.Length);
        }

        var item = new JsonSlice(start, cursor.Position - start);
        cursor.Expect((byte)'}');
        return cursor.Peek() == 0 && cursor.Position == line.Length ? item : throw cursor.Unexpected("the line's end");
    }
}

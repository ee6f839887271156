using System.Runtime.CompilerServices;

namespace DynamoBackup.Wire;

/// <summary>
/// Reads one item in DynamoDB JSON and writes its canonical encoding v1 (docs/FORMAT.md), the same bytes for the same item however its
/// JSON is spelled. Validates strictly on the way, and adds up the item's size by DynamoDB's rules. One instance is used for many
/// items, by one thread; it allocates nothing per item.
/// </summary>
public sealed partial class CanonicalItem
{
    /// <summary>Deepest nesting read. DynamoDB allows 32 levels; the rest is margin, and keeps hostile input off the stack's end.</summary>
    private const int MaxDepth = 64;

    /// <summary>What a list or map costs beside its contents, by DynamoDB's item-size rules; each element costs one byte more.</summary>
    private const int ContainerBytes = 3;

    private readonly CanonicalBuffer _buffer = new();
    private readonly CanonicalBuffer _sorted = new();
    private readonly CanonicalScalars _scalars;
    private readonly TopLevelAttributes _attributes = new();
    private readonly AttributeOrder _order = new();
    private CanonicalEntry[] _entries = new CanonicalEntry[64];
    private int _entryCount;

    /// <summary>A reader for one thread.</summary>
    public CanonicalItem() => _scalars = new CanonicalScalars(_buffer);

    /// <summary>The canonical encoding of the item read last; valid until the next one is read.</summary>
    public ReadOnlySpan<byte> Encoding => _sorted.Written;

    /// <summary>
    /// The size in bytes of the item read last: names and values by the rules in the Amazon DynamoDB Developer Guide, "DynamoDB item
    /// sizes and formats" (a number takes about one byte for two significant digits, plus one).
    /// </summary>
    public int ItemBytes { get; private set; }

    /// <summary>
    /// The write capacity units that putting the item read last costs, without indexes: one for each KB begun (source: Amazon DynamoDB
    /// Developer Guide, "Capacity unit consumption for write operations").
    /// </summary>
    public int WriteUnits => Math.Max(1, (ItemBytes + 1023) / 1024);

    /// <summary>Reads an item.</summary>
    /// <param name="json">The item: <c>{"Id":{"N":"103"},...}</c> in UTF-8, nothing behind it.</param>
    /// <exception cref="InvalidItemException">The bytes are not an item.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(ReadOnlySpan<byte> json)
    {
        _buffer.Truncate(0);
        _attributes.Clear();
        _entryCount = 0;
        if (!PlainText.IsPrintableAscii(json))
            PlainText.Require(json);
        var cursor = new JsonCursor(json);
        ItemBytes = ReadMap(ref cursor, depth: 0);
        if (cursor.Peek() != 0 || cursor.Position < json.Length)
            throw cursor.Unexpected("the item's end");
    }

    /// <summary>Finds a top-level attribute of the item read last.</summary>
    /// <param name="name">The attribute's name, in UTF-8.</param>
    /// <param name="value">Where its value (<c>{"S":"a"}</c>) lies in the JSON that was read.</param>
    /// <param name="typeTag">The value's tag in the canonical encoding.</param>
    /// <returns>False where the item has no such attribute.</returns>
    public bool TryGetAttribute(ReadOnlySpan<byte> name, out JsonSlice value, out byte typeTag) =>
        _attributes.TryGet(name, _buffer, out value, out typeTag);

    /// <summary>How many top-level attributes the item read last has.</summary>
    internal int AttributeCount => _attributes.Count;

    /// <summary>A top-level attribute of the item read last, in the order of the JSON.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="value">Where its value lies in the JSON that was read.</param>
    /// <returns>Its name in UTF-8, unescaped.</returns>
    internal ReadOnlySpan<byte> AttributeName(int index, out JsonSlice value) => _attributes.NameAt(index, _buffer, out value);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ReadMap(ref JsonCursor cursor, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidItemException($"The item is nested deeper than {MaxDepth} levels", cursor.Position);
        cursor.Expect((byte)'{');
        var start = _buffer.Length;
        var firstEntry = _entryCount;
        var size = 0;
        if (!cursor.TryTake((byte)'}'))
        {
            do
            {
                if (!TakePlainEntries(ref cursor, depth, ref size))
                    size += ReadEntry(ref cursor, depth);
            }
            while (cursor.TryTake((byte)','));
            cursor.Expect((byte)'}');
        }

        if (depth == 0)
        {
            _order.Write(_entries.AsSpan(0, _entryCount), _buffer, _sorted, cursor.Position);
            return size;
        }

        size += ContainerBytes + _entryCount - firstEntry;
        Assemble(CanonicalTag.Map, start, firstEntry, "An attribute name", cursor.Position);
        return size;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ReadEntry(ref JsonCursor cursor, int depth)
    {
        var start = _buffer.Length;
        var nameLength = _scalars.AddString(ref cursor);
        var keyStart = _buffer.Length - nameLength;
        cursor.Expect((byte)':');
        cursor.Peek();
        var jsonStart = cursor.Position;
        var size = nameLength + ReadValue(ref cursor, depth);
        AddEntry(start, keyStart, nameLength);
        if (depth == 0)
            _attributes.Add(keyStart, nameLength, new JsonSlice(jsonStart, cursor.Position - jsonStart));
        return size;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ReadValue(ref JsonCursor cursor, int depth)
    {
        var type = cursor.TryTakeType();
        var size = type != 0 ? ReadValue(ref cursor, type, depth) : ReadSpelledValue(ref cursor, depth);
        cursor.Expect((byte)'}');
        return size;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ReadValue(ref JsonCursor cursor, byte type, int depth)
    {
        switch (type)
        {
            case (byte)'S':
                _buffer.Add(CanonicalTag.String);
                return _scalars.AddString(ref cursor);
            case (byte)'N':
                _buffer.Add(CanonicalTag.Number);
                return _scalars.AddNumber(ref cursor);
            case (byte)'B':
                _buffer.Add(CanonicalTag.Binary);
                return _scalars.AddBinary(ref cursor);
            case (byte)'M':
                return ReadMap(ref cursor, depth + 1);
            case (byte)'L':
                return ReadList(ref cursor, depth + 1);
            default:
                throw UnknownType([type], cursor.Position);
        }
    }

    /// <summary>Reads a value of a type with a longer name, or with white space where DynamoDB writes none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ReadSpelledValue(ref JsonCursor cursor, int depth)
    {
        cursor.Expect((byte)'{');
        var type = cursor.TakeString(out _);
        var typeEnd = cursor.Position;
        cursor.Expect((byte)':');
        return type switch
        {
            [var letter] => ReadValue(ref cursor, letter, depth),
            [(byte)'S', (byte)'S'] => ReadSet(ref cursor, CanonicalTag.StringSet),
            [(byte)'N', (byte)'S'] => ReadSet(ref cursor, CanonicalTag.NumberSet),
            [(byte)'B', (byte)'S'] => ReadSet(ref cursor, CanonicalTag.BinarySet),
            _ when type.SequenceEqual("BOOL"u8) => _scalars.AddBoolean(ref cursor),
            _ when type.SequenceEqual("NULL"u8) => _scalars.AddNull(ref cursor),
            _ => throw UnknownType(type, typeEnd),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ReadList(ref JsonCursor cursor, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidItemException($"The item is nested deeper than {MaxDepth} levels", cursor.Position);
        cursor.Expect((byte)'[');
        var start = _buffer.Length;
        var firstEntry = _entryCount;
        var size = ContainerBytes;
        if (!cursor.TryTake((byte)']'))
        {
            do
            {
                var valueStart = _buffer.Length;
                size += ReadValue(ref cursor, depth) + 1;
                AddEntry(valueStart, valueStart, 0);
            }
            while (cursor.TryTake((byte)','));
            cursor.Expect((byte)']');
        }

        Assemble(CanonicalTag.List, start, firstEntry, null, cursor.Position);
        return size;
    }

    private int ReadSet(ref JsonCursor cursor, byte tag)
    {
        cursor.Expect((byte)'[');
        var start = _buffer.Length;
        var firstEntry = _entryCount;
        var size = 0;
        do
        {
            var memberStart = _buffer.Length;
            size += tag switch
            {
                CanonicalTag.StringSet => _scalars.AddString(ref cursor),
                CanonicalTag.NumberSet => _scalars.AddNumber(ref cursor),
                _ => _scalars.AddBinary(ref cursor),
            };
            AddEntry(memberStart, memberStart, _buffer.Length - memberStart);
        }
        while (cursor.TryTake((byte)','));
        cursor.Expect((byte)']');
        Assemble(tag, start, firstEntry, "A set's member", cursor.Position);
        return size;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddEntry(int start, int keyStart, int keyLength)
    {
        if (_entryCount == _entries.Length)
            Array.Resize(ref _entries, _entries.Length * 2);
        _entries[_entryCount++] = new CanonicalEntry(start, _buffer.Length - start, keyStart, keyLength, CanonicalEntry.PrefixOf(_buffer.Peek(keyStart), keyLength));
    }

    /// <summary>Puts the tag and the count in front of the entries written since, and the entries in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Assemble(byte tag, int start, int firstEntry, string? sortedKind, int position)
    {
        var entries = _entries.AsSpan(firstEntry, _entryCount - firstEntry);
        if (sortedKind is not null && entries.Length > 1)
            CanonicalOrder.Sort(entries, _buffer.Written, sortedKind, position);
        _sorted.Truncate(0);
        _sorted.Add(tag);
        _sorted.AddCount((uint)entries.Length);
        foreach (ref readonly var entry in entries)
            _sorted.AddFrom(_buffer, entry.Start, entry.Length);
        _buffer.Truncate(start);
        _buffer.Add(_sorted.Written);
        _entryCount = firstEntry;
    }

    private static InvalidItemException UnknownType(ReadOnlySpan<byte> type, int position) =>
        new($"Unknown attribute type '{System.Text.Encoding.UTF8.GetString(type[..Math.Min(type.Length, 16)])}'", position);
}

namespace DynamoBackup.Wire;

/// <summary>Remembers where the attributes of one item lie, so that its key can be taken from it as bytes.</summary>
internal sealed class TopLevelAttributes
{
    private (int NameStart, int NameLength, JsonSlice Value)[] _attributes = new (int, int, JsonSlice)[32];
    private int _count;

    /// <summary>How many there are.</summary>
    public int Count => _count;

    /// <summary>Forgets all.</summary>
    public void Clear() => _count = 0;

    /// <summary>Remembers an attribute: where its name lies in the buffer, and its value in the JSON.</summary>
    public void Add(int nameStart, int nameLength, JsonSlice value)
    {
        if (_count == _attributes.Length)
            Array.Resize(ref _attributes, _count * 2);
        _attributes[_count++] = (nameStart, nameLength, value);
    }

    /// <summary>An attribute, in the order in which they were read.</summary>
    public ReadOnlySpan<byte> NameAt(int index, CanonicalBuffer buffer, out JsonSlice value)
    {
        value = _attributes[index].Value;
        return buffer.Written.Slice(_attributes[index].NameStart, _attributes[index].NameLength);
    }

    /// <summary>Finds an attribute by name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="buffer">What the names lie in, each with its value's tag behind it.</param>
    /// <param name="value">Where the value lies in the JSON.</param>
    /// <param name="tag">The value's tag.</param>
    public bool TryGet(ReadOnlySpan<byte> name, CanonicalBuffer buffer, out JsonSlice value, out byte tag)
    {
        foreach (ref readonly var attribute in _attributes.AsSpan(0, _count))
        {
            if (buffer.Written.Slice(attribute.NameStart, attribute.NameLength).SequenceEqual(name))
            {
                (value, tag) = (attribute.Value, buffer.Written[attribute.NameStart + attribute.NameLength]);
                return true;
            }
        }

        (value, tag) = (default, 0);
        return false;
    }
}

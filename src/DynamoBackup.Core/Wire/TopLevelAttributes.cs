namespace DynamoBackup.Wire;

/// <summary>Remembers where the attributes of one item lie, so that its key can be taken from it as bytes.</summary>
internal sealed class TopLevelAttributes
{
    private readonly List<(int NameStart, int NameLength, JsonSlice Value, byte Tag)> _attributes = new(32);
    private readonly CanonicalBuffer _names = new();

    /// <summary>How many there are.</summary>
    public int Count => _attributes.Count;

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _attributes.Clear();
        _names.Truncate(0);
    }

    /// <summary>Remembers an attribute.</summary>
    public void Add(ReadOnlySpan<byte> name, JsonSlice value, byte tag)
    {
        _attributes.Add((_names.Length, name.Length, value, tag));
        _names.Add(name);
    }

    /// <summary>An attribute, in the order in which they were read.</summary>
    public ReadOnlySpan<byte> NameAt(int index, out JsonSlice value)
    {
        value = _attributes[index].Value;
        return _names.Written.Slice(_attributes[index].NameStart, _attributes[index].NameLength);
    }

    /// <summary>Finds an attribute by name.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out JsonSlice value, out byte tag)
    {
        foreach (var attribute in _attributes)
        {
            if (_names.Written.Slice(attribute.NameStart, attribute.NameLength).SequenceEqual(name))
            {
                (value, tag) = (attribute.Value, attribute.Tag);
                return true;
            }
        }

        (value, tag) = (default, 0);
        return false;
    }
}

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>Makes one change to an item, somewhere in it, that makes it another item.</summary>
internal sealed class ItemChanger(int seed)
{
    /// <summary>Longer than any generated name or member, so that it never is there already.</summary>
    private static readonly string Fresh = new('~', 2_000);

    private readonly Random _random = new(seed);

    public ItemValue Change(ItemValue value) => value switch
    {
        ItemValue.Text text => _random.Next(6) == 0 ? new ItemValue.Binary([]) : new ItemValue.Text(ChangeText(text.Value)),
        ItemValue.Number number => ChangeNumber(number),
        ItemValue.Binary binary => new ItemValue.Binary(ChangeBytes(binary.Value)),
        ItemValue.Boolean boolean => new ItemValue.Boolean(!boolean.Value),
        ItemValue.Null => new ItemValue.Text(""),
        ItemValue.List list => ChangeList(list),
        ItemValue.Map map => ChangeMap(map),
        ItemValue.Set set => ChangeSet(set),
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    private string ChangeText(string text)
    {
        var end = text.Length > 0 && char.IsLowSurrogate(text[^1]) ? text.Length - 2 : text.Length - 1;
        return text.Length > 0 && _random.Next(2) == 0 ? text[..end] : text + "\0";
    }

    private ItemValue ChangeNumber(ItemValue.Number number)
    {
        if (number.Digits.Length == 0)
            return new ItemValue.Number(false, "1", -140);
        return _random.Next(4) switch
        {
            0 => number with { Negative = !number.Negative },
            1 => number with { Exponent = number.Exponent + 1 },
            2 => number with { Digits = number.Digits + "1" },
            _ => new ItemValue.Number(false, "", 0),
        };
    }

    private byte[] ChangeBytes(byte[] bytes)
    {
        if (bytes.Length == 0 || _random.Next(2) == 0)
            return [.. bytes, 0];
        var changed = (byte[])bytes.Clone();
        changed[_random.Next(changed.Length)] ^= (byte)(1 << _random.Next(8));
        return changed;
    }

    private ItemValue ChangeList(ItemValue.List list)
    {
        var values = list.Values.ToList();
        var index = _random.Next(values.Count + 1);
        if (index == values.Count)
            values.Add(new ItemValue.Null());
        else if (_random.Next(2) == 0)
            values.RemoveAt(index);
        else
            values[index] = Change(values[index]);
        return new ItemValue.List(values);
    }

    private ItemValue.Map ChangeMap(ItemValue.Map map)
    {
        var entries = map.Entries.ToList();
        var index = _random.Next(entries.Count + 1);
        if (index == entries.Count)
            entries.Add(KeyValuePair.Create<string, ItemValue>(Fresh, new ItemValue.Null()));
        else if (_random.Next(4) is var kind && kind == 0)
            entries.RemoveAt(index);
        else
            entries[index] = kind == 1 ? KeyValuePair.Create(Fresh, entries[index].Value) : KeyValuePair.Create(entries[index].Key, Change(entries[index].Value));
        return new ItemValue.Map(entries);
    }

    private ItemValue ChangeSet(ItemValue.Set set)
    {
        if (set.Members.Count > 1 && _random.Next(2) == 0)
            return new ItemValue.Set([.. set.Members.Skip(1)]);
        return _random.Next(3) == 0 ? new ItemValue.List(set.Members) : new ItemValue.Set([.. set.Members, Another(set.Members[0])]);
    }

    private static ItemValue Another(ItemValue member) => member switch
    {
        ItemValue.Text => new ItemValue.Text(Fresh),
        ItemValue.Number => new ItemValue.Number(false, "123", 300),
        _ => new ItemValue.Binary(new byte[500]),
    };
}

using DynamoBackup.Differences;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>Reads the key of changes, and holds it against the table's key and the new image. For one thread.</summary>
/// <param name="key">The table's key.</param>
/// <param name="check">Checks a key's types and lengths.</param>
internal sealed class ChangeKeys(IReadOnlyList<KeyAttribute> key, KeyCheck check)
{
    private readonly KeyReader _reader = new(key);
    private readonly CanonicalItem _keys = new();

    /// <summary>The new image of the change read last; of no meaning after a deletion.</summary>
    public CanonicalItem NewImage { get; } = new();

    /// <summary>What is wrong with the key of the change read last; null where nothing is.</summary>
    public string? Misfit { get; private set; }

    /// <summary>Finds the table's key in a change; the key's order is not known then, and no matter for changes.</summary>
    public static IReadOnlyList<KeyAttribute> KeyOf(ReadOnlySpan<byte> line, in ChangeLine change)
    {
        var json = line.Slice(change.Keys.Start, change.Keys.Length);
        var item = new CanonicalItem();
        item.Read(json);
        var key = new List<KeyAttribute>();
        for (var index = 0; index < item.AttributeCount; index++)
        {
            var name = item.AttributeName(index, out _);
            item.TryGetAttribute(name, out _, out var tag);
            key.Add(new KeyAttribute(System.Text.Encoding.UTF8.GetString(name), ((char)tag).ToString()));
        }

        return key;
    }

    /// <summary>Reads a change's key, and its new image where it has one.</summary>
    /// <returns>The key's hash; of no meaning where <see cref="Misfit"/> tells of a fault.</returns>
    /// <exception cref="InvalidItemException">The new image has another key.</exception>
    public Hash256 Read(ReadOnlySpan<byte> line, in ChangeLine change)
    {
        var json = line.Slice(change.Keys.Start, change.Keys.Length);
        _keys.Read(json);
        Misfit = check.FindFault(_keys, json)?.Detail
            ?? (_keys.AttributeCount != key.Count ? "Its Keys are not the key's attributes." : null);
        if (Misfit is not null)
            return default;
        if (!_reader.TryRead(_keys, json, out var hash))
        {
            Misfit = "Its Keys are not the key's attributes.";
            return default;
        }

        if (change.NewImage is not { } slice)
            return hash;
        var image = line.Slice(slice.Start, slice.Length);
        NewImage.Read(image);
        return _reader.TryRead(NewImage, image, out var own) && own == hash
            ? hash
            : throw new InvalidItemException("The change's NewImage has another key than its Keys", slice.Start);
    }
}

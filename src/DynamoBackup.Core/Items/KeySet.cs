using System.Text;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Items;

/// <summary>
/// The keys that a user looks for, and which of them have been found. Where the table's key is known, each names one item at most; else, as in an export by AWS,
/// whatever attributes were given are looked for. May be used by many threads, each with a <see cref="KeyReader"/> of its own.
/// </summary>
internal sealed class KeySet
{
    private readonly List<Group> _groups = [];
    private int _left;

    /// <summary>Takes the keys.</summary>
    /// <param name="keys">The keys as given.</param>
    /// <param name="schema">The table's key; null where it is not known.</param>
    /// <exception cref="DynamoBackupException">A key is not one of that table.</exception>
    public KeySet(IReadOnlyList<ItemKey> keys, IReadOnlyList<KeyAttribute>? schema)
    {
        IsExact = schema is not null;
        var (item, reader) = (new CanonicalItem(), new KeyReader());
        foreach (var json in keys.Select(key => KeyText.Of(key, schema)))
        {
            var names = KeyText.NamesOf(json);
            var group = _groups.Find(group => group.Names.SequenceEqual(names, StringComparer.Ordinal));
            if (group is null)
                _groups.Add(group = new Group(names));
            var bytes = Encoding.UTF8.GetBytes(json);
            item.Read(bytes);
            if (group.Wanted.TryAdd(reader.IdentityOf(item, bytes, group.Utf8Names)!.Value, new Wanted(json)))
                Count++;
        }

        _left = Count;
    }

    /// <summary>Different keys.</summary>
    public int Count { get; }

    /// <summary>Whether each key names one item at most.</summary>
    public bool IsExact { get; }

    /// <summary>Whether no key is left to look for: all have been found, and none can be found again.</summary>
    public bool IsDone => IsExact && Volatile.Read(ref _left) == 0;

    /// <summary>The different keys, in the order in which they were given as far as they name the same attributes.</summary>
    public IEnumerable<Wanted> All => _groups.SelectMany(group => group.Wanted.Values);

    /// <summary>The keys that have not been found, as JSON.</summary>
    public IEnumerable<string> Missing => _groups.SelectMany(group => group.Wanted.Values).Where(wanted => !wanted.Found).Select(wanted => wanted.Json);

    /// <summary>The key that an item has; null where it is not looked for.</summary>
    /// <param name="item">The item, as read.</param>
    /// <param name="json">What it was read from.</param>
    /// <param name="reader">The thread's own.</param>
    public Wanted? Match(CanonicalItem item, ReadOnlySpan<byte> json, KeyReader reader)
    {
        foreach (var group in _groups)
        {
            if (reader.IdentityOf(item, json, group.Utf8Names) is { } identity && group.Wanted.TryGetValue(identity, out var wanted))
                return wanted;
        }

        return null;
    }

    /// <summary>Takes note that a key's item has been found.</summary>
    public void Found(Wanted wanted)
    {
        if (wanted.TakeFound())
            Interlocked.Decrement(ref _left);
    }

    /// <summary>Tells which keys have not been found, each as an error of its own.</summary>
    public void TellMissing(BackupInfo backup, IRunOutput output)
    {
        foreach (var missing in Missing)
        {
            output.Error(new DynamoBackupException(
                BackupErrorCode.ItemNotFound,
                $"Backup {backup.Id} of '{backup.TableName}' holds no item with {(IsExact ? "the key" : "the attributes")} {missing}. Check the values and their types, or look in another backup.", missing));
        }
    }

    /// <summary>A key that is looked for.</summary>
    public sealed class Wanted(string json)
    {
        private int _found;

        /// <summary>The key as JSON.</summary>
        public string Json { get; } = json;

        /// <summary>Whether it has been found.</summary>
        public bool Found => Volatile.Read(ref _found) > 0;

        /// <summary>Marks it; false where it had been found before.</summary>
        public bool TakeFound() => Interlocked.Exchange(ref _found, 1) == 0;
    }

    /// <summary>Keys of the same attributes.</summary>
    private sealed record Group(IReadOnlyList<string> Names)
    {
        public IReadOnlyList<ReadOnlyMemory<byte>> Utf8Names { get; } = [.. Names.Select(name => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(name))];

        public Dictionary<UInt128, Wanted> Wanted { get; } = [];
    }
}

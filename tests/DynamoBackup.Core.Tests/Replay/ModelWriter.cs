using System.Globalization;
using System.Numerics;
using DynamoBackup.Manifests;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>
/// A seeded writer of random changes that keeps its own record: several versions of a key in a second, deletions and items put again, deletions by time to live, shards that split. A shard's
/// sequence numbers begin anywhere, also below those of the shard that it split from, and grow longer on the way.
/// </summary>
/// <param name="seed">What it writes follows from it.</param>
/// <param name="keys">How many keys it writes to.</param>
/// <param name="firstSecond">When it begins.</param>
/// <param name="start">The items that are there; null where there are none.</param>
internal sealed class ModelWriter(int seed, int keys, long firstSecond = 1_700_000_000, IReadOnlyDictionary<string, string>? start = null)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, string> _items = new(start ?? new Dictionary<string, string>(), StringComparer.Ordinal);
    private readonly Dictionary<string, BigInteger> _sequences = new(StringComparer.Ordinal);
    private readonly List<SidecarShard> _shards = [new() { Id = Name(0) }, new() { Id = Name(1) }];
    private readonly List<string> _open = [Name(0), Name(1)];
    private readonly Dictionary<string, (string Left, string Right)> _splits = new(StringComparer.Ordinal);
    private long _second = firstSecond;
    private int _versions;

    /// <summary>All changes, in the order in which they were made.</summary>
    public List<ModelChange> Changes { get; } = [];

    /// <summary>The items now, by key.</summary>
    public IReadOnlyDictionary<string, string> Items => _items;

    /// <summary>The shards so far.</summary>
    public IReadOnlyList<SidecarShard> Shards => [.. _shards];

    /// <summary>The second that the writer is in.</summary>
    public long Second => _second;

    /// <summary>Writes.</summary>
    public void Write(int changes, bool splits = true)
    {
        for (var index = 0; index < changes; index++)
        {
            if (_random.Next(4) == 0)
                _second++;
            if (splits && _random.Next(25) == 0)
                Split();
            WriteOne();
        }
    }

    /// <summary>Goes to a later second.</summary>
    public void Wait(int seconds) => _second += seconds;

    /// <summary>The items as they were at the end of a second, by the writer's own record.</summary>
    /// <param name="start">The items before the first change.</param>
    /// <param name="second">The second.</param>
    /// <param name="excludeTtl">Whether deletions by time to live do not count.</param>
    public Dictionary<string, string> At(IReadOnlyDictionary<string, string> start, long second, bool excludeTtl = false)
    {
        var items = new Dictionary<string, string>(start, StringComparer.Ordinal);
        foreach (var change in Changes.Where(change => change.Second <= second && !(excludeTtl && change.IsTtlDelete)))
        {
            if (change.Item is null)
                items.Remove(change.Key);
            else
                items[change.Key] = change.Item;
        }

        return items;
    }

    private static string Name(int number) => $"shardId-{number.ToString("D20", CultureInfo.InvariantCulture)}-0a1b2c3d";

    private void WriteOne()
    {
        var key = $"key {_random.Next(keys)}";
        var before = _items.GetValueOrDefault(key);
        string? item = null;
        if (before is null || _random.Next(3) > 0)
            item = $$$"""{"pk":{"S":"{{{key}}}"},"version":{"N":"{{{++_versions}}}"},"text":{"S":"{{{new string('é', _random.Next(60))}}}"}}""";
        var shard = ShardOf(key);
        Changes.Add(new(key, item, before, _second, shard, Next(shard), item is null && _random.Next(2) == 0));
        if (item is null)
            _items.Remove(key);
        else
            _items[key] = item;
    }

    /// <summary>The open shard that a key's hash leads to.</summary>
    private string ShardOf(string key)
    {
        var hash = key.Aggregate(17u, (sum, character) => (sum * 31) + character) * 2_654_435_761;
        var shard = Name((int)(hash >> 31));
        for (hash <<= 1; _splits.TryGetValue(shard, out var children); hash <<= 1)
            shard = hash >> 31 == 0 ? children.Left : children.Right;
        return shard;
    }

    private void Split()
    {
        var parent = _open[_random.Next(_open.Count)];
        var (left, right) = (Name(_shards.Count), Name(_shards.Count + 1));
        _open.Remove(parent);
        _open.AddRange([left, right]);
        _shards.AddRange([new() { Id = left, ParentId = parent }, new() { Id = right, ParentId = parent }]);
        _splits.Add(parent, (left, right));
    }

    private string Next(string shard)
    {
        var next = _sequences.TryGetValue(shard, out var last) ? last + _random.Next(1, 5) : BigInteger.Pow(10, _random.Next(18, 39)) - _random.Next(1, 20);
        _sequences[shard] = next;
        return next.ToString(CultureInfo.InvariantCulture);
    }
}

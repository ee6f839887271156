using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>What the stand-in knows of a table: its key, its streams, and its items as they are now.</summary>
internal sealed class StandInTable(string name, string arn, IReadOnlyList<string> keyNames)
{
    private readonly object _lock = new();
    private readonly List<StandInStream> _streams = [];
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    public string Name { get; } = name;

    public string Arn { get; } = arn;

    /// <summary>The stream that is on or was last; null where there never was one.</summary>
    public StandInStream? Latest
    {
        get
        {
            lock (_lock) return _streams.LastOrDefault();
        }
    }

    public StandInStream Enable(string viewType, StandInOptions options)
    {
        lock (_lock)
        {
            if (_streams.LastOrDefault() is { IsEnabled: true })
                throw new StandInErrorException("ValidationException", "Table already has an enabled stream: " + Name);
            _streams.Add(new StandInStream(Arn, viewType, options));
            return _streams[^1];
        }
    }

    public StandInStream? FindStream(string arn)
    {
        lock (_lock) return _streams.SingleOrDefault(stream => stream.Arn == arn);
    }

    /// <summary>The key of an item, or a key itself.</summary>
    public JsonObject KeyOf(JsonNode item) => new(keyNames.Select(name => KeyValuePair.Create(name, item[name]?.DeepClone())));

    /// <summary>The partition key, as one text.</summary>
    public string PartitionOf(JsonNode key) => key[keyNames[0]]!.ToJsonString();

    /// <summary>Waits for its turn with some keys, and holds them until disposed.</summary>
    public async Task<IDisposable> HoldAsync(IEnumerable<JsonObject> keys, CancellationToken cancellationToken)
    {
        var held = new List<SemaphoreSlim>();
        foreach (var index in keys.Select(key => (key.ToJsonString().GetHashCode(StringComparison.Ordinal) & int.MaxValue) % _turns.Length).Distinct().Order())
        {
            await _turns[index].WaitAsync(cancellationToken);
            held.Add(_turns[index]);
        }

        return new Turns(held);
    }

    private sealed class Turns(List<SemaphoreSlim> held) : IDisposable
    {
        public void Dispose() => held.ForEach(turn => turn.Release());
    }
}

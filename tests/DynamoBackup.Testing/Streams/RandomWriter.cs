using System.Diagnostics;
using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Testing;

/// <summary>
/// Writes random puts, updates and deletions to a table at a steady rate, from several lanes that share no key, and keeps its own record of what the table holds. At a mark it pauses long enough for
/// the mark's second to be over, so that its record is the table at that second.
/// </summary>
public sealed class RandomWriter
{
    private const int Lanes = 8;
    private static readonly TimeSpan Guard = TimeSpan.FromMilliseconds(100);
    private readonly IAmazonDynamoDB _client;
    private readonly string _table;
    private readonly int _keys;
    private readonly double _perSecond;
    private readonly Func<DateTimeOffset> _now;
    private readonly Random[] _random;
    private readonly Dictionary<string, Dictionary<string, AttributeValue>>[] _state;
    private readonly SemaphoreSlim[] _running = [.. Enumerable.Range(0, Lanes).Select(_ => new SemaphoreSlim(1))];
    private long _writes;

    /// <summary>A writer that has written nothing yet.</summary>
    /// <param name="client">The client that it writes by.</param>
    /// <param name="table">The table, with a partition key <c>pk</c> of type S.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="perSecond">Writes a second.</param>
    /// <param name="now">The service's clock.</param>
    /// <param name="seed">Makes the same writes again.</param>
    public RandomWriter(IAmazonDynamoDB client, string table, int keys, double perSecond, Func<DateTimeOffset> now, int seed = 1)
    {
        (_client, _table, _keys, _perSecond, _now) = (client, table, keys, perSecond, now);
        _random = [.. Enumerable.Range(0, Lanes).Select(lane => new Random(seed * 100 + lane))];
        _state = [.. Enumerable.Range(0, Lanes).Select(_ => new Dictionary<string, Dictionary<string, AttributeValue>>(StringComparer.Ordinal))];
    }

    /// <summary>Writes made so far.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>Writes until cancelled, or until so many writes have been made.</summary>
    public async Task RunAsync(long writes, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => RunLaneAsync(lane, writes, began, cancellationToken), cancellationToken)));
    }

    /// <summary>Pauses, and tells what the table holds.</summary>
    /// <param name="unit">What the service rounds the times of changes down to: a second, or a minute.</param>
    /// <param name="cancellationToken">Ends the pause.</param>
    /// <returns>A whole second or minute, and the table's items by key as they were when it was over.</returns>
    public async Task<(DateTimeOffset At, IReadOnlyDictionary<string, Dictionary<string, AttributeValue>> Items)> MarkAsync(TimeSpan unit, CancellationToken cancellationToken)
    {
        foreach (var lane in _running) await lane.WaitAsync(cancellationToken);
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
            var at = new DateTimeOffset(_now().UtcTicks / unit.Ticks * unit.Ticks, TimeSpan.Zero);
            var items = _state.SelectMany(lane => lane).ToDictionary(item => item.Key, item => new Dictionary<string, AttributeValue>(item.Value), StringComparer.Ordinal);
            while (_now() < at + unit + Guard) await Task.Delay(20, cancellationToken);
            return (at, items);
        }
        finally
        {
            foreach (var lane in _running) lane.Release();
        }
    }

    private async Task RunLaneAsync(int lane, long writes, long began, CancellationToken cancellationToken)
    {
        while (Interlocked.Increment(ref _writes) is var number && number <= writes && !cancellationToken.IsCancellationRequested)
        {
            var due = TimeSpan.FromSeconds(number / _perSecond) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.Zero) await Task.Delay(due, cancellationToken);
            await _running[lane].WaitAsync(cancellationToken);
            try
            {
                // What has begun is ended, or the record would not say whether it was done.
                await WriteAsync(lane, number);
            }
            finally
            {
                _running[lane].Release();
            }
        }
    }

    private async Task WriteAsync(int lane, long number)
    {
        var (random, state) = (_random[lane], _state[lane]);
        var key = string.Create(CultureInfo.InvariantCulture, $"k{random.Next(Math.Max(1, _keys / Lanes)) * Lanes + lane:d6}");
        var id = new Dictionary<string, AttributeValue> { [TableShape.HashKey] = Attr.S(key) };
        switch (random.Next(4))
        {
            case 0 when state.ContainsKey(key):
                await _client.DeleteItemAsync(_table, id);
                state.Remove(key);
                break;
            case 1 when state.TryGetValue(key, out var item):
                var value = Attr.N(number.ToString(CultureInfo.InvariantCulture));
                await _client.UpdateItemAsync(new UpdateItemRequest { TableName = _table, Key = id, UpdateExpression = "SET n = :n", ExpressionAttributeValues = new() { [":n"] = value } });
                item["n"] = value;
                break;
            default:
                var made = new Dictionary<string, AttributeValue>(id) { ["n"] = Attr.N(number.ToString(CultureInfo.InvariantCulture)), ["text"] = Attr.S(new string((char)('a' + random.Next(26)), random.Next(1, 120))) };
                await _client.PutItemAsync(_table, made);
                state[key] = made;
                break;
        }
    }
}

using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Changes;

/// <summary>
/// A stream in memory that does on command what a real one does when it likes: splits, rolls, late records, empty pages, expiry, trimming (source: Amazon DynamoDB
/// API reference, "Amazon DynamoDB Streams"). Served by HTTP through a <see cref="DynamoProxy"/> whose upstream is never asked.
/// </summary>
internal sealed class ScriptedStream : IAsyncDisposable
{
    public const string Arn = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026-01-01T00:00:00.000";
    public const int Range = 1024;
    private const int MostEmptyPages = 4;
    private static readonly BigInteger Longest = BigInteger.Pow(10, 38);

    private readonly object _lock = new();
    private readonly List<ScriptShard> _shards = [];
    private readonly Dictionary<int, int> _values = [];
    private readonly Dictionary<(string Shard, BigInteger After), int> _empty = [];
    private BigInteger _sequence = BigInteger.Pow(10, 20);
    private int _generation;
    private int _reading;
    private int _number;
    private DynamoProxy _proxy = null!;

    private ScriptedStream()
    {
    }

    public string Status { get; set; } = "ENABLED";

    public int ShardsPerPage { get; set; } = 100;

    public int RecordsPerPage { get; set; } = 1000;

    /// <summary>How long written records stay unseen.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>From how many listings new shards are left out.</summary>
    public int HideChildren { get; set; }

    /// <summary>Tells whether a page is left empty; not asked where that many were, one after the other, that a capture would take it for the end.</summary>
    public Func<bool> LeavesEmpty { get; set; } = () => false;

    /// <summary>May answer a request in place of the stream, or cut it off; true where it did.</summary>
    public Func<ProxyExchange, bool> OnRequest { get; set; } = _ => false;

    /// <summary>May spoil an answer.</summary>
    public Action<ProxyExchange> OnAnswer { get; set; } = _ => { };

    /// <summary>Most GetRecords that were under way at once.</summary>
    public int MostReading { get; private set; }

    public DynamoProxy Proxy => _proxy;

    public IReadOnlyList<string> OpenShards
    {
        get
        {
            lock (_lock)
                return [.. _shards.Where(shard => shard.End is null).Select(shard => shard.Id)];
        }
    }

    /// <summary>All shards that ever were or are, ended ones included.</summary>
    public IReadOnlyList<ScriptShard> Shards => _shards;

    public static async Task<ScriptedStream> StartAsync(int shards, CancellationToken cancellationToken)
    {
        var stream = new ScriptedStream();
        for (var index = 0; index < shards; index++)
            stream.AddShard(null, Range * index / shards, Range * (index + 1) / shards);
        stream._proxy = await DynamoProxy.StartAsync(new Uri("http://127.0.0.1:1"), cancellationToken);
        stream._proxy.OnRequest = stream.AnswerAsync;
        return stream;
    }

    /// <summary>Writes a key's next value, one more than the last, and returns it.</summary>
    public int Put(int key, DateTimeOffset? created = null)
    {
        lock (_lock)
        {
            var value = _values[key] = _values.GetValueOrDefault(key) + 1;
            var sequence = NextSequence();
            var seconds = (created ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
            var json = string.Create(CultureInfo.InvariantCulture, $$$"""{"eventID":"e{{{sequence}}}","eventName":"{{{(value == 1 ? "INSERT" : "MODIFY")}}}","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{"ApproximateCreationDateTime":{{{seconds}}},"Keys":{"k":{"N":"{{{key}}}"}},"NewImage":{"k":{"N":"{{{key}}}"},"v":{"N":"{{{value}}}"}},"SequenceNumber":"{{{sequence}}}","SizeBytes":26,"StreamViewType":"NEW_AND_OLD_IMAGES"}}""");
            Serving(key).Records.Add((sequence, json, DateTimeOffset.UtcNow + Delay));
            return value;
        }
    }

    /// <summary>The open shard that a key's changes go to.</summary>
    public ScriptShard Serving(int key)
    {
        var hash = (int)((uint)key * 2654435761 >> 22);
        lock (_lock)
            return _shards.Single(shard => shard.End is null && shard.Low <= hash && hash < shard.High);
    }

    /// <summary>Closes an open shard and begins one after it, or two that share its keys.</summary>
    public void Close(string id, int children)
    {
        lock (_lock)
        {
            var shard = _shards.Single(shard => shard.Id == id);
            shard.End = NextSequence();
            for (var child = 0; child < children; child++)
                AddShard(id, shard.Low + (shard.High - shard.Low) * child / children, shard.Low + (shard.High - shard.Low) * (child + 1) / children).Hidden = HideChildren;
        }
    }

    /// <summary>Lets all iterators given out so far expire.</summary>
    public void Expire()
    {
        lock (_lock)
            _generation++;
    }

    /// <summary>Forgets a shard's first records.</summary>
    public void Trim(string id, int records)
    {
        lock (_lock)
        {
            var shard = _shards.Single(shard => shard.Id == id);
            shard.Trimmed = shard.Records[records - 1].Sequence;
            shard.Records.RemoveRange(0, records);
        }
    }

    /// <summary>Forgets a shard.</summary>
    public void Remove(string id)
    {
        lock (_lock)
            _shards.RemoveAll(shard => shard.Id == id);
    }

    public async ValueTask DisposeAsync() => await _proxy.DisposeAsync();

    private ScriptShard AddShard(string? parent, int low, int high)
    {
        var shard = new ScriptShard(string.Create(CultureInfo.InvariantCulture, $"shardId-{_number++:d20}-{low:x4}{high:x4}"), parent, NextSequence(), low, high);
        _shards.Add(shard);
        return shard;
    }

    // Now and then a number is twice the last: numbers of different lengths must compare as numbers.
    private BigInteger NextSequence() => _sequence += _number % 7 == 0 && _sequence < Longest ? _sequence : 100;

    private async Task AnswerAsync(ProxyExchange exchange)
    {
        if (OnRequest(exchange))
            return;
        var reading = exchange.Operation == "GetRecords" ? Interlocked.Increment(ref _reading) : 0;
        MostReading = Math.Max(MostReading, reading);
        if (reading > 0)
            await Task.Delay(2, exchange.Gone);
        lock (_lock)
            exchange.Respond(Answer(exchange.Operation, exchange.RequestJson()));
        if (reading > 0)
            Interlocked.Decrement(ref _reading);
        if (exchange.StatusCode == 200)
            OnAnswer(exchange);
    }

    private ProxyAnswer Answer(string operation, JsonNode request)
    {
        if (operation != "GetRecords" && (string?)request["StreamArn"] != Arn)
            return Error("ResourceNotFoundException", "Requested resource not found: Stream not found");
        return operation switch
        {
            "DescribeStream" => Describe((string?)request["ExclusiveStartShardId"]),
            "GetShardIterator" => GetIterator((string)request["ShardId"]!, (string)request["ShardIteratorType"]!, (string?)request["SequenceNumber"]),
            "GetRecords" => GetRecords((string)request["ShardIterator"]!, (int?)request["Limit"] ?? 1000),
            _ => Error("UnknownOperationException", ""),
        };
    }

    private ProxyAnswer Describe(string? after)
    {
        var visible = _shards.Where(shard => shard.Hidden-- <= 0).ToList();
        var rest = visible.Skip(after is null ? 0 : visible.FindIndex(shard => shard.Id == after) + 1).ToList();
        var description = new JsonObject
        {
            ["StreamArn"] = Arn,
            ["StreamStatus"] = Status,
            ["StreamViewType"] = "NEW_AND_OLD_IMAGES",
            [nameof(Shards)] = new JsonArray([.. rest.Take(ShardsPerPage).Select(shard => (JsonNode)shard.Describe())]),
        };
        if (rest.Count > ShardsPerPage)
            description["LastEvaluatedShardId"] = rest[ShardsPerPage - 1].Id;
        return ProxyAnswer.Json(200, new JsonObject { ["StreamDescription"] = description }.ToJsonString());
    }

    private ProxyAnswer GetIterator(string id, string type, string? sequence)
    {
        if (_shards.SingleOrDefault(shard => shard.Id == id) is not { } shard)
            return Error("ResourceNotFoundException", "Requested resource not found: Shard does not exist");
        var after = type switch
        {
            "TRIM_HORIZON" => shard.Trimmed,
            "LATEST" => shard.Records.LastOrDefault().Sequence,
            "AFTER_SEQUENCE_NUMBER" => BigInteger.Parse(sequence!, CultureInfo.InvariantCulture),
            _ => BigInteger.Parse(sequence!, CultureInfo.InvariantCulture) - 1,
        };
        return type is not "LATEST" && after < shard.Trimmed
            ? Error("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard.")
            : ProxyAnswer.Json(200, new JsonObject { ["ShardIterator"] = Iterator(shard, after) }.ToJsonString());
    }

    private ProxyAnswer GetRecords(string iterator, int limit)
    {
        var parts = iterator.Split('|');
        if (int.Parse(parts[0], CultureInfo.InvariantCulture) < _generation)
            return Error("ExpiredIteratorException", "The shard iterator has expired and can no longer be used to retrieve stream records.");
        if (_shards.SingleOrDefault(shard => shard.Id == parts[1]) is not { } shard)
            return Error("ResourceNotFoundException", "Requested resource not found: Shard does not exist");
        var after = BigInteger.Parse(parts[2], CultureInfo.InvariantCulture);
        if (after < shard.Trimmed)
            return Error("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard.");
        var left = shard.Records.Where(record => record.Sequence > after).ToList();
        var page = StaysEmpty(shard.Id, after) ? [] : left.TakeWhile(record => record.VisibleAt <= DateTimeOffset.UtcNow).Take(Math.Min(limit, RecordsPerPage)).ToList();
        var last = page.Count > 0 ? page[^1].Sequence : after;
        var next = shard.End is not null && page.Count == left.Count ? "" : $""","NextShardIterator":"{Iterator(shard, last)}" """;
        return ProxyAnswer.Json(200, $$"""{"Records":[{{string.Join(',', page.Select(record => record.Json))}}]{{next}}}""");
    }

    private bool StaysEmpty(string id, BigInteger after)
    {
        var before = _empty.GetValueOrDefault((id, after));
        if (before >= MostEmptyPages || !LeavesEmpty())
            return false;
        _empty[(id, after)] = before + 1;
        return true;
    }

    private string Iterator(ScriptShard shard, BigInteger after) => string.Create(CultureInfo.InvariantCulture, $"{_generation}|{shard.Id}|{after}");

    private static ProxyAnswer Error(string code, string message) =>
        ProxyAnswer.Json(400, new JsonObject { ["__type"] = "com.amazonaws.dynamodb.v20120810#" + code, ["message"] = message }.ToJsonString());
}

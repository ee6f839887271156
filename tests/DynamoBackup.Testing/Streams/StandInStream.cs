using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>
/// One stream of one table, as DynamoDB Streams keeps it (source: Amazon DynamoDB API reference, "Amazon DynamoDB Streams"): shards by hash of the partition key, in lineages, with
/// whole-second times and sequence numbers of 21 digits that grow over the table's life.
/// </summary>
internal sealed class StandInStream
{
    private const int Hashes = 1 << 16;
    private readonly object _lock = new();
    private readonly List<StandInShard> _shards = [];
    private readonly StandInOptions _options;
    private readonly string _region;
    private static UInt128 _last = UInt128.Parse("100000000000000000000", CultureInfo.InvariantCulture);
    private static int _shardNumber;

    public StandInStream(string tableArn, string viewType, StandInOptions options)
    {
        ViewType = viewType;
        _options = options;
        _region = tableArn.Split(':')[3];
        Label = options.Now().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + $".{Interlocked.Increment(ref _shardNumber) % 1000:d3}";
        Arn = $"{tableArn}/stream/{Label}";
        for (var index = 0; index < options.InitialShards; index++)
            Add(null, Hashes * index / options.InitialShards, Hashes * (index + 1) / options.InitialShards);
    }

    public string Arn { get; }

    public string Label { get; }

    public string ViewType { get; }

    public bool IsEnabled { get; private set; } = true;

    /// <summary>Iterators of an older generation have expired.</summary>
    public int Generation { get; private set; }

    public IReadOnlyList<string> OpenShards
    {
        get
        {
            lock (_lock) return [.. _shards.Where(shard => shard.End is null).Select(shard => shard.Id)];
        }
    }

    /// <summary>Adds a record of a change.</summary>
    public void Append(string partitionKey, JsonNode keys, JsonNode? before, JsonNode? after, bool byTtl)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(partitionKey));
        lock (_lock)
        {
            var shard = _shards.First(one => one.End is null && one.Low <= (hash[0] << 8 | hash[1]) && (hash[0] << 8 | hash[1]) < one.High);
            var sequence = Next();
            var now = _options.Now();
            var change = new JsonObject { ["ApproximateCreationDateTime"] = now.ToUnixTimeSeconds(), ["Keys"] = keys.DeepClone() };
            if (after is not null && ViewType is "NEW_IMAGE" or "NEW_AND_OLD_IMAGES") change["NewImage"] = after?.DeepClone();
            if (before is not null && ViewType is "OLD_IMAGE" or "NEW_AND_OLD_IMAGES") change["OldImage"] = before?.DeepClone();
            foreach (var name in new[] { "NewImage", "OldImage" })
            {
                if (change.ContainsKey(name) && change[name] is null) change.Remove(name);
            }

            change["SequenceNumber"] = StandInShard.Spell(sequence);
            change["SizeBytes"] = keys.ToJsonString().Length + (before?.ToJsonString().Length ?? 0) + (after?.ToJsonString().Length ?? 0);
            change["StreamViewType"] = ViewType;
            var record = new JsonObject
            {
                ["eventID"] = Guid.NewGuid().ToString("n"),
                ["eventName"] = before is null ? "INSERT" : after is null ? "REMOVE" : "MODIFY",
                ["eventVersion"] = "1.1",
                ["eventSource"] = "aws:dynamodb",
                ["awsRegion"] = _region,
                ["dynamodb"] = change,
            };
            if (byTtl) record["userIdentity"] = new JsonObject { ["principalId"] = "dynamodb.amazonaws.com", ["type"] = "Service" };
            shard.Records.Add(new StandInRecord(sequence, record.ToJsonString(ProxyExchange.DeepWriting), now + _options.Delay));
        }
    }

    /// <summary>All records that are there, in the order in which they were made.</summary>
    public IReadOnlyList<string> Records
    {
        get
        {
            lock (_lock) return [.. _shards.SelectMany(shard => shard.Records).OrderBy(record => record.SequenceNumber).Select(record => record.Json)];
        }
    }

    /// <summary>Closes an open shard and begins children in its place that share its keys.</summary>
    public void Close(string shardId, int children)
    {
        lock (_lock)
        {
            var shard = _shards.Single(one => one.Id == shardId && one.End is null);
            shard.End = Next();
            for (var child = 0; child < children; child++)
                Add(shardId, shard.Low + (shard.High - shard.Low) * child / children, shard.Low + (shard.High - shard.Low) * (child + 1) / children);
        }
    }

    /// <summary>Turns the stream off: all shards are closed, and can still be read.</summary>
    public void Disable()
    {
        lock (_lock)
        {
            IsEnabled = false;
            foreach (var shard in _shards.Where(shard => shard.End is null)) shard.End = Next();
        }
    }

    /// <summary>Lets all iterators that were given out expire.</summary>
    public void ExpireIterators()
    {
        lock (_lock) Generation++;
    }

    /// <summary>Forgets all records up to now, as DynamoDB does after 24 hours, and closed shards with them.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            foreach (var shard in _shards)
            {
                shard.Trimmed = shard.Records.Count > 0 ? shard.Records[^1].SequenceNumber : shard.Trimmed;
                shard.Records.Clear();
            }

            _shards.RemoveAll(shard => shard.End is not null);
        }
    }

    public JsonObject Describe(string? afterShard, int limit)
    {
        lock (_lock)
        {
            var rest = _shards.Skip(afterShard is null ? 0 : _shards.FindIndex(shard => shard.Id == afterShard) + 1).ToList();
            var page = rest.Take(Math.Min(limit, _options.ShardsPerPage)).ToList();
            var description = new JsonObject
            {
                ["StreamArn"] = Arn,
                ["StreamLabel"] = Label,
                ["StreamStatus"] = IsEnabled ? "ENABLED" : "DISABLED",
                ["StreamViewType"] = ViewType,
                ["Shards"] = new JsonArray([.. page.Select(shard => (JsonNode)shard.Describe())]),
            };
            if (page.Count < rest.Count) description["LastEvaluatedShardId"] = page[^1].Id;
            return new JsonObject { ["StreamDescription"] = description };
        }
    }

    /// <summary>Where an iterator of a type begins: behind this sequence number.</summary>
    /// <exception cref="StandInErrorException">There is no such place.</exception>
    public UInt128 Locate(string shardId, string type, string? sequenceNumber)
    {
        lock (_lock)
        {
            var shard = Find(shardId);
            var after = type switch
            {
                "TRIM_HORIZON" => shard.Trimmed,
                "LATEST" => _last,
                "AFTER_SEQUENCE_NUMBER" => UInt128.Parse(sequenceNumber!, CultureInfo.InvariantCulture),
                "AT_SEQUENCE_NUMBER" => UInt128.Parse(sequenceNumber!, CultureInfo.InvariantCulture) - 1,
                _ => throw new StandInErrorException("ValidationException", $"Value '{type}' at 'shardIteratorType' failed to satisfy constraint"),
            };
            RefuseTrimmed(shard, after);
            return after;
        }
    }

    /// <summary>A page of records behind a sequence number.</summary>
    /// <returns>The records, the last one's number, and whether the shard has been read to its end.</returns>
    public (IReadOnlyList<string> Records, UInt128 Last, bool Ended) Read(string shardId, UInt128 after, int limit)
    {
        const int MostBytes = 1 << 20;
        lock (_lock)
        {
            var shard = Find(shardId);
            RefuseTrimmed(shard, after);
            var leaveEmpty = _options.EmptyPageEvery > 0 && ++shard.Pages % _options.EmptyPageEvery == 0;
            var first = shard.Records.FindIndex(record => record.SequenceNumber > after);
            var (page, last, bytes) = (new List<string>(), after, 0);
            for (var index = first; index >= 0 && index < shard.Records.Count && page.Count < limit && !leaveEmpty; index++)
            {
                var record = shard.Records[index];
                bytes += record.Json.Length;
                if (record.VisibleAt > _options.Now() || (bytes > MostBytes && page.Count > 0)) break;
                page.Add(record.Json);
                last = record.SequenceNumber;
            }

            var read = shard.Records.Count == 0 || last >= shard.Records[^1].SequenceNumber;
            return (page, last, shard.End is not null && read);
        }
    }

    private static void RefuseTrimmed(StandInShard shard, UInt128 after)
    {
        if (after < shard.Trimmed)
            throw new StandInErrorException("TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard.");
    }

    private StandInShard Find(string shardId) =>
        _shards.SingleOrDefault(shard => shard.Id == shardId) ?? throw new StandInErrorException("ResourceNotFoundException", $"Requested resource not found: Shard: {shardId} in stream: {Arn} does not exist");

    private void Add(string? parentId, int low, int high)
    {
        var number = Interlocked.Increment(ref _shardNumber);
        _shards.Add(new StandInShard(string.Create(CultureInfo.InvariantCulture, $"shardId-{_options.Now().ToUnixTimeMilliseconds():d20}-{number:x8}"), parentId, Next(), low, high));
    }

    private static UInt128 Next()
    {
        lock (typeof(StandInStream)) return _last += 100;
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;

namespace DynamoBackup.Testing;

/// <summary>
/// DynamoDB with streams, for a test: it stands before a dynalite, which has none, forwards what clients ask, notes each change in the table's stream, and serves DynamoDB Streams
/// at the same address. What a real stream does when it likes, it does on command.
/// </summary>
public sealed class StreamStandIn : IAsyncDisposable
{
    private static readonly HashSet<string> Writes = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"];
    private readonly ConcurrentDictionary<string, Task<StandInTable>> _tables = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<StandInTable> _deleted = [];
    private readonly UpstreamCalls _upstream;
    private readonly DynamoProxy _proxy;

    private StreamStandIn(DynamoProxy proxy, Uri upstream, StandInOptions options)
    {
        _proxy = proxy;
        _upstream = new UpstreamCalls(upstream);
        Options = options;
        proxy.OnRequest = AnswerAsync;
        proxy.OnResponse = ChangeAsync;
    }

    /// <summary>The address of DynamoDB and of its streams.</summary>
    public Uri Endpoint => _proxy.Endpoint;

    /// <summary>How it behaves.</summary>
    public StandInOptions Options { get; }

    /// <summary>Runs before anything else is done with a request; what it answers or cuts off is done with.</summary>
    public Func<ProxyExchange, Task>? OnRequest { get; set; }

    /// <summary>Runs when there is an answer.</summary>
    public Func<ProxyExchange, Task>? OnResponse { get; set; }

    /// <summary>Starts a stand-in.</summary>
    /// <param name="upstream">The dynalite behind it.</param>
    /// <param name="options">How it behaves; null takes the usual.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<StreamStandIn> StartAsync(Uri upstream, StandInOptions? options = null, CancellationToken cancellationToken = default) =>
        new(await DynamoProxy.StartAsync(upstream, cancellationToken), upstream, options ?? new StandInOptions());

    /// <summary>A client, with made-up credentials.</summary>
    public AmazonDynamoDBClient CreateClient() => _proxy.CreateClient();

    /// <summary>How many requests of one operation have come in so far.</summary>
    public int RequestCount(string operation) => _proxy.RequestCount(operation);

    /// <summary>Turns a table's stream on, and returns its ARN.</summary>
    public async Task<string> EnableStreamAsync(string table, string viewType = "NEW_AND_OLD_IMAGES") => (await TableAsync(table)).Enable(viewType, Options).Arn;

    /// <summary>Turns a table's stream off.</summary>
    public async Task DisableStreamAsync(string table) => (await StreamAsync(table)).Disable();

    /// <summary>The shards of a table's stream that are open.</summary>
    public async Task<IReadOnlyList<string>> OpenShardsAsync(string table) => (await StreamAsync(table)).OpenShards;

    /// <summary>All records of a table's stream, as they are served, in the order in which they were made.</summary>
    public async Task<IReadOnlyList<string>> RecordsAsync(string table) => (await StreamAsync(table)).Records;

    /// <summary>Closes each open shard and begins so many children in its place: one as DynamoDB does every four hours, two as it does under load.</summary>
    public async Task CloseShardsAsync(string table, int children)
    {
        var stream = await StreamAsync(table);
        foreach (var shard in stream.OpenShards) stream.Close(shard, children);
    }

    /// <summary>Lets all iterators of a table's stream expire.</summary>
    public async Task ExpireIteratorsAsync(string table) => (await StreamAsync(table)).ExpireIterators();

    /// <summary>Forgets all records of a table's stream up to now.</summary>
    public async Task TrimAsync(string table) => (await StreamAsync(table)).Trim();

    /// <summary>Deletes an item as time to live does.</summary>
    /// <param name="table">The table.</param>
    /// <param name="key">The item's key in DynamoDB JSON.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task DeleteByTtlAsync(string table, string key, CancellationToken cancellationToken = default)
    {
        var known = await TableAsync(table);
        var keys = known.KeyOf(JsonNode.Parse(key)!);
        using var turn = await known.HoldAsync([keys], cancellationToken);
        var before = await _upstream.GetItemAsync(table, keys, cancellationToken);
        await _upstream.CallAsync("DeleteItem", new JsonObject { ["TableName"] = table, ["Key"] = keys.DeepClone() }, cancellationToken);
        if (before is not null && known.Latest is { IsEnabled: true } stream) stream.Append(known.PartitionOf(keys), keys, before, null, byTtl: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _upstream.Dispose();
    }

    private async Task<StandInStream> StreamAsync(string table) => (await TableAsync(table)).Latest ?? throw new InvalidOperationException($"'{table}' has no stream.");

    private Task<StandInTable> TableAsync(string name) => _tables.GetOrAdd(name, async key =>
    {
        var described = (await _upstream.CallAsync("DescribeTable", new JsonObject { ["TableName"] = key }, CancellationToken.None))["Table"]!;
        return new StandInTable(key, (string)described["TableArn"]!, [.. described["KeySchema"]!.AsArray().OrderBy(element => (string)element!["KeyType"]! == "HASH" ? 0 : 1).Select(element => (string)element!["AttributeName"]!)]);
    });

    private async Task AnswerAsync(ProxyExchange exchange)
    {
        if (OnRequest is { } hook) await hook(exchange);
        if (exchange.IsAnswered || exchange.IsAborted) return;
        try
        {
            if (exchange.RequestHeaders["X-Amz-Target"].ToString().StartsWith("DynamoDBStreams_", StringComparison.Ordinal))
                exchange.Respond(await ServeAsync(exchange.Operation, exchange.RequestJson()));
            else if (Writes.Contains(exchange.Operation))
                await WriteAsync(exchange);
            else if (exchange.Operation is "CreateTable" or "UpdateTable")
                await TakeSpecificationAsync(exchange);
        }
        catch (StandInErrorException error)
        {
            exchange.Respond(error.ToAnswer());
        }

        if (!exchange.IsAnswered) return;
        exchange.ResponseHeaders.Date = Options.Now().ToString("R", CultureInfo.InvariantCulture);
        if (OnResponse is { } answered) await answered(exchange);
    }

    private async Task ChangeAsync(ProxyExchange exchange)
    {
        if (exchange.StatusCode == 200 && exchange.Operation is "CreateTable" or "DescribeTable" or "UpdateTable" or "DeleteTable")
        {
            var answer = exchange.ResponseJson();
            var description = (answer["Table"] ?? answer["TableDescription"])!.AsObject();
            var name = (string)description["TableName"]!;
            if (exchange.Operation == "CreateTable" && exchange.Note is { } specification)
                (await TableAsync(name)).Enable((string)specification["StreamViewType"]!, Options);
            if (exchange.Operation == "DeleteTable")
                await ForgetAsync(name);
            else if (_tables.ContainsKey(name))
                Describe(description, (await TableAsync(name)).Latest);
            exchange.ReplaceResponse(answer);
        }

        exchange.ResponseHeaders.Date = Options.Now().ToString("R", CultureInfo.InvariantCulture);
        if (OnResponse is { } hook) await hook(exchange);
    }

    private async Task ForgetAsync(string name)
    {
        if (!_tables.TryRemove(name, out var known)) return;
        var table = await known;
        table.Latest?.Disable();
        _deleted.Add(table);
    }

    private static void Describe(JsonObject description, StandInStream? stream)
    {
        if (stream is null) return;
        description["LatestStreamArn"] = stream.Arn;
        description["LatestStreamLabel"] = stream.Label;
        if (stream.IsEnabled) description["StreamSpecification"] = new JsonObject { ["StreamEnabled"] = true, ["StreamViewType"] = stream.ViewType };
    }

    /// <summary>A stream's setting is kept here; what else is asked for goes on.</summary>
    private async Task TakeSpecificationAsync(ProxyExchange exchange)
    {
        var request = exchange.RequestJson().AsObject();
        if (request["StreamSpecification"] is not { } specification) return;
        request.Remove("StreamSpecification");
        var enabled = (bool)specification["StreamEnabled"]!;
        if (exchange.Operation == "CreateTable")
        {
            exchange.Note = enabled ? specification.DeepClone() : null;
            exchange.ReplaceRequest(request);
            return;
        }

        var name = (string)request["TableName"]!;
        var table = await TableAsync(name);
        if (enabled)
            table.Enable((string)specification["StreamViewType"]!, Options);
        else
            table.Latest?.Disable();
        if (request.Count > 1)
        {
            exchange.ReplaceRequest(request);
            return;
        }

        var described = await _upstream.CallAsync("DescribeTable", new JsonObject { ["TableName"] = name }, exchange.Gone);
        var description = described["Table"]!.DeepClone().AsObject();
        Describe(description, table.Latest);
        exchange.Respond(ProxyAnswer.Json(200, new JsonObject { ["TableDescription"] = description }.ToJsonString()));
    }

    private async Task WriteAsync(ProxyExchange exchange)
    {
        var request = exchange.RequestJson();
        var writes = await WritesOfAsync(exchange.Operation, request);
        // What lacks a part of its key is refused by DynamoDB; it cannot be looked up.
        if (writes.All(write => write.Table.Latest is not { IsEnabled: true }) || writes.Exists(write => write.Key.Any(part => part.Value is null))) return;
        var turns = new List<IDisposable>();
        try
        {
            foreach (var group in writes.GroupBy(write => write.Table).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
                turns.Add(await group.Key.HoldAsync(group.Select(write => write.Key), exchange.Gone));
            var before = await Task.WhenAll(writes.Select(write => _upstream.GetItemAsync(write.Table.Name, write.Key, exchange.Gone)));
            // What has begun is carried out and noted, also where the client has gone.
            var (status, body) = await _upstream.SendAsync(exchange.Operation, exchange.RequestBody, CancellationToken.None);
            if (status == 200)
            {
                var after = await Task.WhenAll(writes.Select(write => _upstream.GetItemAsync(write.Table.Name, write.Key, CancellationToken.None)));
                for (var index = 0; index < writes.Count; index++)
                {
                    if (!StandInImages.AreEqual(before[index], after[index]) && writes[index].Table.Latest is { IsEnabled: true } stream)
                        stream.Append(writes[index].Table.PartitionOf(writes[index].Key), writes[index].Key, before[index], after[index], byTtl: false);
                }
            }

            exchange.Respond(new ProxyAnswer(status, body));
        }
        finally
        {
            turns.ForEach(turn => turn.Dispose());
        }
    }

    private async Task<List<(StandInTable Table, JsonObject Key)>> WritesOfAsync(string operation, JsonNode request)
    {
        var writes = new List<(StandInTable Table, JsonObject Key)>();
        if (operation != "BatchWriteItem")
        {
            var table = await TableAsync((string)request["TableName"]!);
            writes.Add((table, table.KeyOf((operation == "PutItem" ? request["Item"] : request["Key"])!)));
            return writes;
        }

        foreach (var (name, requests) in request["RequestItems"]!.AsObject())
        {
            var table = await TableAsync(name);
            writes.AddRange(requests!.AsArray().Select(one => (table, table.KeyOf((one!["PutRequest"]?["Item"] ?? one["DeleteRequest"]!["Key"])!))));
        }

        return writes;
    }

    private async Task<ProxyAnswer> ServeAsync(string operation, JsonNode request)
    {
        if (operation == "GetRecords")
            return await ReadAsync((string)request["ShardIterator"]!, (int?)request["Limit"] ?? 1000);
        if (operation == "ListStreams")
        {
            var streams = new JsonArray();
            foreach (var known in _tables.Values)
            {
                if ((await known) is { Latest: { } latest } table && ((string?)request["TableName"] is not { } wanted || wanted == table.Name))
                    streams.Add(new JsonObject { ["StreamArn"] = latest.Arn, ["StreamLabel"] = latest.Label, ["TableName"] = table.Name });
            }

            return ProxyAnswer.Json(200, new JsonObject { ["Streams"] = streams }.ToJsonString());
        }

        var stream = await FindStreamAsync((string)request["StreamArn"]!);
        if (operation == "DescribeStream")
            return ProxyAnswer.Json(200, stream.Describe((string?)request["ExclusiveStartShardId"], (int?)request["Limit"] ?? 100).ToJsonString());
        if (operation != "GetShardIterator")
            throw new StandInErrorException("UnknownOperationException", "");
        var shard = (string)request["ShardId"]!;
        return ProxyAnswer.Json(200, new JsonObject { ["ShardIterator"] = Iterator(stream, shard, stream.Locate(shard, (string)request["ShardIteratorType"]!, (string?)request["SequenceNumber"])) }.ToJsonString());
    }

    private async Task<StandInStream> FindStreamAsync(string arn)
    {
        foreach (var table in _deleted.Concat(await Task.WhenAll(_tables.Values)))
        {
            if (table.FindStream(arn) is { } stream) return stream;
        }

        throw new StandInErrorException("ResourceNotFoundException", $"Requested resource not found: Stream: {arn} not found");
    }

    private async Task<ProxyAnswer> ReadAsync(string iterator, int limit)
    {
        var parts = Encoding.UTF8.GetString(Convert.FromBase64String(iterator)).Split('|');
        var stream = await FindStreamAsync(parts[0]);
        if (int.Parse(parts[1], CultureInfo.InvariantCulture) < stream.Generation)
            throw new StandInErrorException("ExpiredIteratorException", "The shard iterator has expired and can no longer be used to retrieve stream records.");
        var (records, last, ended) = stream.Read(parts[2], UInt128.Parse(parts[3], CultureInfo.InvariantCulture), limit);
        var next = ended ? "" : $",\"NextShardIterator\":\"{Iterator(stream, parts[2], last)}\"";
        return ProxyAnswer.Json(200, $"{{\"Records\":[{string.Join(',', records)}]{next}}}");
    }

    private static string Iterator(StandInStream stream, string shard, UInt128 after) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{stream.Arn}|{stream.Generation}|{shard}|{after}")));
}

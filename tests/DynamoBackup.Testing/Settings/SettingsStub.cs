using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;

namespace DynamoBackup.Testing;

/// <summary>
/// dynalite with the settings that it does not keep: time to live, streams, backups, tags, policies, Kinesis, Contributor Insights,
/// encryption, class, limits, warm throughput, protection, replicas, vector indexes. Speaks the wire protocol and keeps AWS's rules: what
/// CreateTable refuses, one change at a time, changes that take a while, answers that come late.
/// </summary>
public sealed class SettingsStub : IAsyncDisposable
{
    private readonly DynamoProxy _proxy;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StubTable> _tables = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ProxyExchange, JsonObject> _creating = new();
    private readonly ConcurrentQueue<string> _calls = new();
    private readonly ConcurrentQueue<(string Operation, Func<JsonNode, bool> When, Func<ProxyAnswer> Answer)> _refusals = new();

    private readonly ConcurrentDictionary<string, bool> _lost = new();

    private SettingsStub(DynamoProxy proxy) => _proxy = proxy;

    /// <summary>The address that clients talk to.</summary>
    public Uri Endpoint => _proxy.Endpoint;

    /// <summary>The proxy, for its counts.</summary>
    public DynamoProxy Proxy => _proxy;

    /// <summary>The operations called so far, in order; for UpdateTable with what is updated: <c>UpdateTable DeletionProtectionEnabled</c>.</summary>
    public IReadOnlyList<string> Calls => [.. _calls];

    public static async Task<SettingsStub> StartAsync(Uri upstream, CancellationToken cancellationToken = default)
    {
        var stub = new SettingsStub(await DynamoProxy.StartAsync(upstream, cancellationToken));
        stub._proxy.OnRequest = stub.OnRequestAsync;
        stub._proxy.OnResponse = stub.OnResponseAsync;
        return stub;
    }

    public AmazonDynamoDBClient CreateClient() => _proxy.CreateClient();

    /// <summary>From now on the caller has no permission for an operation.</summary>
    public void Deny(string operation) => Refuse(operation, _ => true, () => DynamoErrors.AccessDenied($"dynamodb:{operation}"));

    /// <summary>From now on the endpoint does not know an operation.</summary>
    public void Forget(string operation) => Refuse(operation, _ => true, () => DynamoErrors.Error(400, "com.amazon.coral.service#UnknownOperationException", ""));

    /// <summary>From now on an operation is refused where its request looks so.</summary>
    public void Refuse(string operation, Func<JsonNode, bool> when, Func<ProxyAnswer> answer) => _refusals.Enqueue((operation, when, answer));

    /// <summary>The next call of an operation is carried out, and its answer lost.</summary>
    public void LoseAnswer(string operation) => _lost[operation] = true;

    /// <summary>All operations work again.</summary>
    public void AllowAll() => _refusals.Clear();

    public void ForgetCalls() => _calls.Clear();

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    private Task OnRequestAsync(ProxyExchange exchange)
    {
        var request = exchange.Operation is "BatchWriteItem" or "Scan" or "BatchGetItem" ? new JsonObject() : exchange.RequestJson();
        _calls.Enqueue(exchange.Operation == "UpdateTable" ? $"UpdateTable {string.Join('+', request.AsObject().Select(member => member.Key).Where(name => name != "TableName"))}" : exchange.Operation);
        foreach (var (operation, when, answer) in _refusals)
        {
            if (operation != exchange.Operation || !when(request)) continue;
            exchange.Respond(answer());
            return Task.CompletedTask;
        }

        lock (_lock)
        {
            if (exchange.Operation == "CreateTable") BeginCreate(exchange, request.AsObject());
            else if (Own(exchange.Operation, request.AsObject()) is { } answer)
                exchange.Respond(_lost.TryRemove(exchange.Operation, out _) ? DynamoErrors.InternalServerError() : answer);
        }

        return Task.CompletedTask;
    }

    private Task OnResponseAsync(ProxyExchange exchange)
    {
        if (exchange.StatusCode != 200) return Task.CompletedTask;
        lock (_lock)
        {
            if (exchange.Operation == "CreateTable" && _creating.TryRemove(exchange, out var request))
                _tables[(string)request["TableName"]!] = new StubTable(request, exchange.ResponseJson()["TableDescription"]!.AsObject());
            var member = exchange.Operation switch { "DescribeTable" => "Table", "CreateTable" => "TableDescription", _ => null };
            if (member is null) return Task.CompletedTask;
            var response = exchange.ResponseJson();
            if (!_tables.TryGetValue((string)response[member]!["TableName"]!, out var table)) return Task.CompletedTask;
            table.Describe(response[member]!.AsObject(), isLook: exchange.Operation == "DescribeTable");
            exchange.ReplaceResponse(response);
        }

        return Task.CompletedTask;
    }

    private void BeginCreate(ProxyExchange exchange, JsonObject request)
    {
        if (CreateTableRules.Refuse(request) is { } refusal)
        {
            exchange.Respond(DynamoErrors.Validation(refusal));
            return;
        }

        _creating[exchange] = request;
        exchange.ReplaceRequest(CreateTableRules.WhatDynaliteKnows(request));
    }

    private ProxyAnswer? Own(string operation, JsonObject request)
    {
        var name = TableOf(request);
        if (name is null || !_tables.TryGetValue(name, out var table)) return null;
        switch (operation)
        {
            case "DeleteTable":
                if (table.IsProtected) return DynamoErrors.Validation("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.");
                _tables.Remove(name);
                return null;
            case "UpdateTable": return table.Update(request);
            case "UpdateTimeToLive": return table.UpdateTimeToLive(request);
            case "DescribeTimeToLive": return table.DescribeTimeToLive();
            case "UpdateContinuousBackups": return table.Recovery.Update(request);
            case "DescribeContinuousBackups": return table.Recovery.Describe();
            case "TagResource": return table.Tags.Add(request);
            case "ListTagsOfResource": return table.Tags.List(request);
            case "PutResourcePolicy": return table.Policies.Put(request, table.Arn, table.StreamArn);
            case "GetResourcePolicy": return table.Policies.Get(request);
            case "EnableKinesisStreamingDestination": return table.Kinesis.Enable(request);
            case "DescribeKinesisStreamingDestination": return table.Kinesis.Describe(table.Name);
            case "UpdateContributorInsights": return table.Insights.Update(request);
            case "DescribeContributorInsights": return table.Insights.Describe(request);
            case "DescribeTableReplicaAutoScaling": return table.DescribeAutoScaling();
            default: return null;
        }
    }

    private static string? TableOf(JsonObject request)
    {
        var text = (string?)request["TableName"] ?? (string?)request["ResourceArn"];
        return text?.StartsWith("arn:", StringComparison.Ordinal) == true ? text.Split('/')[1] : text;
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DynamoBackup.Bench.Replay;

namespace DynamoBackup.Core.Tests.Bench;

/// <summary>A replay server, with the SDK's own client to it and a plain one.</summary>
public sealed class ReplayFixture : IAsyncDisposable
{
    private readonly ReplayServer _server;

    private ReplayFixture(ReplayServer server)
    {
        _server = server;
        Http = new HttpClient { BaseAddress = server.Address };
        var config = new AmazonDynamoDBConfig { ServiceURL = server.Address.AbsoluteUri, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 };
        config.SetWebProxy(new WebProxy());
        Client = new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), config);
    }

    public AmazonDynamoDBClient Client { get; }

    public HttpClient Http { get; }

    public static async Task<ReplayFixture> StartAsync(ReplayOptions options) =>
        new(await ReplayServer.StartAsync(options, TestContext.Current.CancellationToken));

    public async Task<JsonNode> StatsAsync() => JsonNode.Parse(await Http.GetStringAsync("/stats", TestContext.Current.CancellationToken))!;

    public async Task<List<Dictionary<string, AttributeValue>>> ScanAsync(int segment = 0, int segments = 1, int? limit = null)
    {
        var items = new List<Dictionary<string, AttributeValue>>();
        var request = new ScanRequest("Replay") { Segment = segment, TotalSegments = segments, Limit = limit };
        do
        {
            var page = await Client.ScanAsync(request, TestContext.Current.CancellationToken);
            Assert.True(limit is null || page.Items.Count <= limit);
            items.AddRange(page.Items);
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return items;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await _server.DisposeAsync();
    }
}

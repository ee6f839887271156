using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DynamoBackup.Core.Tests.Tables;

/// <summary>
/// A table described through every call there is, as the wire carries it and by no code of ours, without what no two tables share: names and
/// ids, times, states.
/// </summary>
internal static partial class WholeDescription
{
    private static readonly string[] Volatile =
    [
        "TableId", "CreationDateTime", "LatestStreamLabel", "LatestStreamArn", "TableStatus", "Status", "IndexStatus", "ReplicaStatus", "ItemCount", "TableSizeBytes", "IndexSizeBytes",
        "LastUpdateToPayPerRequestDateTime", "LastUpdateDateTime", "EarliestRestorableDateTime", "LatestRestorableDateTime", "ContributorInsightsStatus", "DestinationStatus", "NumberOfDecreasesToday",
        "LastIncreaseDateTime", "LastDecreaseDateTime", "TableThroughputModeSummary",
    ];

    private static readonly string[] Lists = ["AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "VectorIndexes", "Tags", "NonKeyAttributes", "Replicas", "KinesisDataStreamDestinations"];

    public static async Task<JsonObject> ReadAsync(Uri endpoint, string name, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = endpoint };
        var table = (await CallAsync("DescribeTable", new JsonObject { ["TableName"] = name }))["Table"]!.AsObject();
        var arn = (string)table["TableArn"]!;
        var all = new JsonObject { ["Table"] = table.DeepClone() };
        foreach (var operation in new[] { "DescribeTimeToLive", "DescribeContinuousBackups", "DescribeKinesisStreamingDestination", "DescribeContributorInsights" })
            all[operation] = await CallAsync(operation, new JsonObject { ["TableName"] = name });
        foreach (var index in (table["GlobalSecondaryIndexes"]?.AsArray() ?? []).Select(index => (string)index!["IndexName"]!).Order(StringComparer.Ordinal))
            all[$"Insights {index}"] = await CallAsync("DescribeContributorInsights", new JsonObject { ["TableName"] = name, ["IndexName"] = index });
        all["Policy"] = await CallAsync("GetResourcePolicy", new JsonObject { ["ResourceArn"] = arn });
        if ((string?)table["LatestStreamArn"] is { } stream)
            all["StreamPolicy"] = await CallAsync("GetResourcePolicy", new JsonObject { ["ResourceArn"] = stream });
        all["Tags"] = await TagsAsync(arn);

        var plain = (JsonObject)JsonNode.Parse(StreamLabel().Replace(all.ToJsonString().Replace(name, "TABLE", StringComparison.Ordinal), "STREAM"))!;
        Strip(plain);
        return plain;

        async Task<JsonArray> TagsAsync(string resource)
        {
            var tags = new JsonArray();
            for (string? next = null; ;)
            {
                var page = await CallAsync("ListTagsOfResource", next is null ? new JsonObject { ["ResourceArn"] = resource } : new JsonObject { ["ResourceArn"] = resource, ["NextToken"] = next });
                foreach (var tag in page["Tags"]!.AsArray())
                    tags.Add(tag!.DeepClone());
                next = (string?)page["NextToken"];
                if (next is null)
                    return tags;
            }
        }

        async Task<JsonObject> CallAsync(string operation, JsonObject body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.0") };
            request.Content.Headers.ContentType!.CharSet = null;
            request.Headers.Add("X-Amz-Target", $"DynamoDB_20120810.{operation}");
            request.Headers.Add("X-Amz-Date", "20260101T000000Z");
            request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=a");
            using var response = await client.SendAsync(request, cancellationToken);
            return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!.AsObject();
        }
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonObject owner)
        {
            foreach (var name in Volatile)
                owner.Remove(name);
            foreach (var list in Lists.Where(list => owner[list] is JsonArray))
                owner[list] = new JsonArray([.. owner[list]!.AsArray().Select(element => element!.DeepClone()).OrderBy(element => element.ToJsonString(), StringComparer.Ordinal)]);
            foreach (var (_, value) in owner.ToList())
                Strip(value);
        }
        else if (node is JsonArray array)
        {
            foreach (var element in array)
                Strip(element);
        }
    }

    [GeneratedRegex("/stream/[0-9T:.-]+")]
    private static partial Regex StreamLabel();
}

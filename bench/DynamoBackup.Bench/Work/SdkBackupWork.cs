using System.IO.Compression;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Work;

/// <summary>A backup by the SDK's plain means: parallel scan, a file of DynamoDB JSON lines in gzip for each segment. It checks and proves nothing.</summary>
internal sealed class SdkBackupWork(string endpoint, string folder, int segments) : IWork
{
    public async Task<long> RunAsync()
    {
        using var client = SdkClient.New(endpoint);
        var counts = await Task.WhenAll(Enumerable.Range(0, segments).Select(segment => Task.Run(() => BackUpAsync(client, segment))));
        return counts.Sum();
    }

    private async Task<long> BackUpAsync(AmazonDynamoDBClient client, int segment)
    {
        await using var file = File.Create(Path.Combine(folder, $"{segment}.json.gz"));
        await using var gzip = new GZipStream(file, CompressionLevel.Fastest);
        await using var lines = new BufferedStream(gzip, 256 * 1024);
        await using var json = new Utf8JsonWriter(lines, new JsonWriterOptions { SkipValidation = true });
        var request = new ScanRequest { TableName = ReplayOptions.Table, Segment = segment, TotalSegments = segments };
        var items = 0L;
        do
        {
            var page = await client.ScanAsync(request);
            foreach (var item in page.Items)
            {
                AttributeJson.WriteLine(json, item);
                json.Flush();
                lines.WriteByte((byte)'\n');
                json.Reset();
            }

            items += page.Items.Count;
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return items;
    }
}

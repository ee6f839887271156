using System.Text;
using DynamoBackup.Bench.Harness;
using DynamoBackup.Wire;

namespace DynamoBackup.Bench.Work;

/// <summary>Sends one ready batch over and over on a number of connections: what the server and the latency allow.</summary>
internal sealed class PostWork(string endpoint, string table, int connections, long items) : IWork
{
    private const int ItemsPerBatch = 25;
    private readonly HttpClient _client = ScanClient.NewClient(endpoint);
    private byte[][] _bodies = [];
    private long _left = items;

    public async Task PrepareAsync()
    {
        var scan = new ScanClient(_client, ReplayOptions.Table, segment: 0, segments: 1);
        await scan.NextAsync();
        var slices = PageItems.Slice(scan.Page.Span);
        _bodies = [.. Enumerable.Range(0, ItemsPerBatch + 1).Select(count => BodyOf(scan.Page.Span, slices.Take(count)))];
    }

    public async Task<long> RunAsync()
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(SendAsync)));
        _client.Dispose();
        return sent.Sum();
    }

    private byte[] BodyOf(ReadOnlySpan<byte> page, IEnumerable<JsonSlice> slices)
    {
        var body = new StringBuilder($"{{\"RequestItems\":{{\"{table}\":[");
        foreach (var slice in slices)
            body.Append("{\"PutRequest\":{\"Item\":").Append(Encoding.UTF8.GetString(page.Slice(slice.Start, slice.Length))).Append("}},");
        body.Length -= body[^1] == ',' ? 1 : 0;
        return Encoding.UTF8.GetBytes(body.Append("]}}").ToString());
    }

    private async Task<long> SendAsync()
    {
        var sent = 0L;
        while (true)
        {
            var left = Interlocked.Add(ref _left, -ItemsPerBatch) + ItemsPerBatch;
            if (left <= 0)
                return sent;
            var count = (int)Math.Min(left, ItemsPerBatch);
            using var request = ScanClient.NewRequest("BatchWriteItem", _bodies[count]);
            using var response = await _client.SendAsync(request);
            response.EnsureSuccessStatusCode();
            sent += count;
        }
    }
}

using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Work;

/// <summary>Reads every page and drops it: the most that any client could do here.</summary>
internal sealed class DrainWork(string endpoint, int segments) : IWork
{
    public async Task<long> RunAsync()
    {
        using var client = ScanClient.NewClient(endpoint);
        var counts = await Task.WhenAll(Enumerable.Range(0, segments).Select(segment => Task.Run(() => DrainAsync(client, segment))));
        return counts.Sum();
    }

    private async Task<long> DrainAsync(HttpClient client, int segment)
    {
        var scan = new ScanClient(client, ReplayOptions.Table, segment, segments);
        var items = 0L;
        bool more;
        do
        {
            more = await scan.NextAsync();
            items += scan.Count;
        }
        while (more);
        return items;
    }
}

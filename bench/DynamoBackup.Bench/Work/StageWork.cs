using System.Diagnostics;
using System.IO.Compression;
using DynamoBackup.Bench.Harness;
using DynamoBackup.Wire;

namespace DynamoBackup.Bench.Work;

/// <summary>One stage of the engine by itself, on one thread, over one page in memory, after its code has been optimised.</summary>
internal sealed class StageWork(string stage, string endpoint, long items) : IWork
{
    /// <summary>CPU time, not wall: on a busy machine a wait would warm up nothing.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private readonly List<JsonSlice> _slices = [];
    private readonly CanonicalItem _item = new();
    private readonly ContentDigest _digest = new();
    private byte[] _page = [];

    public async Task PrepareAsync()
    {
        using var client = ScanClient.NewClient(endpoint);
        var scan = new ScanClient(client, ReplayOptions.Table, segment: 0, segments: 1);
        await scan.NextAsync();
        _page = scan.Page.ToArray();
        PageItems.Slice(_page, _slices);
        var run = Stage();
        using var process = Process.GetCurrentProcess();
        for (; process.TotalProcessorTime < WarmUp; process.Refresh())
            run(_slices.Count);

        // The optimised code is installed a moment after it has been asked for.
        await Task.Delay(300);
    }

    public Task<long> RunAsync()
    {
        var run = Stage();
        for (var left = items; left > 0; left -= _slices.Count)
            run((int)Math.Min(left, _slices.Count));
        return Task.FromResult(items);
    }

    /// <summary>Handles that many items from the page's beginning.</summary>
    private Action<int> Stage() => stage switch
    {
        "slice" => _ => PageItems.Slice(_page, _slices),
        "canonical" => count => Canonical(count, digests: false),
        "canonical-digest" => count => Canonical(count, digests: true),
        "gzip" => Compress(),
        _ => throw new ArgumentException($"There is no stage named '{stage}'."),
    };

    private void Canonical(int count, bool digests)
    {
        for (var index = 0; index < count; index++)
        {
            _item.Read(_page.AsSpan(_slices[index].Start, _slices[index].Length));
            if (digests)
                _digest.Add(_item.Encoding);
        }
    }

    private Action<int> Compress()
    {
        var gzip = new GZipStream(Stream.Null, CompressionLevel.Fastest);
        var lines = new byte[_page.Length + _slices.Count * (ItemLine.Prefix.Length + ItemLine.Suffix.Length)];
        return count =>
        {
            var length = 0;
            for (var index = 0; index < count; index++)
            {
                Append(ItemLine.Prefix);
                Append(_page.AsSpan(_slices[index].Start, _slices[index].Length));
                Append(ItemLine.Suffix);
            }

            gzip.Write(lines, 0, length);

            void Append(ReadOnlySpan<byte> bytes)
            {
                bytes.CopyTo(lines.AsSpan(length));
                length += bytes.Length;
            }
        };
    }
}

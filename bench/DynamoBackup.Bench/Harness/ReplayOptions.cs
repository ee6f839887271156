using System.Globalization;

namespace DynamoBackup.Bench.Harness;

/// <summary>Which replay server a row needs. Rows with equal options share one.</summary>
internal sealed record ReplayOptions(long Items)
{
    public const string Table = "Replay";

    /// <summary>The items' shape: small, big or mixed.</summary>
    public string Shape { get; init; } = "small";

    /// <summary>Milliseconds added to every response.</summary>
    public int LatencyMs { get; init; }

    public bool Tls { get; init; }

    /// <summary>Percent of the items that differ from those of a server without it.</summary>
    public int ChangedPercent { get; init; }

    public IEnumerable<string> ToArguments(string certificateFile)
    {
        var arguments = new List<string>
        {
            "replay",
            "--items", Items.ToString(CultureInfo.InvariantCulture),
            "--shape", Shape,
            "--latency-ms", LatencyMs.ToString(CultureInfo.InvariantCulture),
        };
        if (ChangedPercent > 0)
            arguments.AddRange(["--changed-percent", ChangedPercent.ToString(CultureInfo.InvariantCulture)]);
        if (Tls)
            arguments.AddRange(["--tls", "--certificate-file", certificateFile]);
        return arguments;
    }
}

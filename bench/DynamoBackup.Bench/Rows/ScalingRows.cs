using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>The cmdlet as tables, items, segments and distances grow.</summary>
internal static class ScalingRows
{
    public const string Group = "scaling";

    public static IEnumerable<BenchRow> All(RowSizes sizes)
    {
        yield return Module("module-gzip-1x", 4, new ReplayOptions(sizes.One), "the smaller table");
        yield return Module("module-gzip-10x", 4, new ReplayOptions(sizes.Ten), "ten times as many items: time and memory");
        foreach (var segments in new[] { 1, 2, 4, 8, 16 })
            yield return Module($"module-gzip-{segments}seg", segments, new ReplayOptions(sizes.Quarter), $"{segments} segments");
        foreach (var segments in new[] { 4, 16, 64 })
        {
            var server = new ReplayOptions(sizes.Remote) { LatencyMs = RestoreRows.Latency };
            yield return Drain($"drain-20ms-{segments}seg", segments, server, $"{segments} connections, every response 20 ms late");
            yield return Module($"module-gzip-20ms-{segments}seg", segments, server, $"{segments} segments, every response 20 ms late");
        }

        var tls = new ReplayOptions(sizes.Remote) { Tls = true };
        yield return Drain("drain-tls", 4, tls, "four connections over TLS");
        yield return Module("module-gzip-tls", 4, tls, "over TLS");
        yield return Module("module-gzip-big", 4, new ReplayOptions(sizes.Big) { Shape = "big" }, "items of about 1.5 KB");
        yield return new(Group, "sdk-gzip-big", sizes.SdkBackup, static place => Self.StartWork("sdk-backup", ("endpoint", place.Endpoint), ("folder", place.Folder), ("segments", 4)))
        {
            About = "the AWS SDK, items of about 1.5 KB",
            Server = new ReplayOptions(sizes.SdkBackup) { Shape = "big" },
            Proof = ServerWork.Scanned,
        };
    }

    private static BenchRow Module(string name, int segments, ReplayOptions server, string about) =>
        new(Group, name, server.Items, Scripts.Backup($"-Segments {segments} -Compression Gzip"))
        {
            About = $"the cmdlet: {about}",
            Server = server,
            Proof = ServerWork.Scanned,
        };

    private static BenchRow Drain(string name, int segments, ReplayOptions server, string about) =>
        new(Group, name, server.Items, place => Self.StartWork("drain", ("endpoint", place.Endpoint), ("segments", segments)))
        {
            About = $"pages read and dropped: {about}",
            Server = server,
            Proof = ServerWork.Scanned,
        };
}

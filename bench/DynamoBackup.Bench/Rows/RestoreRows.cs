using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>A backup in gzip, made by the module, into a new table.</summary>
internal static class RestoreRows
{
    public const string Group = "restore";

    /// <summary>Milliseconds that a response takes on the way from another zone or region.</summary>
    public const int Latency = 20;

    private const int ChangedPercent = 1;

    public static IEnumerable<BenchRow> All(RowSizes sizes, Tools tools) =>
    [
        new(Group, "batch-only", sizes.Restore, static place => Self.StartWork("batch-only", ("folder", place.Backup)))
        {
            About = "reads, decompresses and cuts into batches, and sends nothing; limited by decompression",
            Backup = new ReplayOptions(sizes.Restore),
        },
        Post("post-only", sizes.Restore, latency: 0, "sends ready batches over 64 connections, unsigned; limited by the server and the loopback"),
        Module("module-restore", sizes.Restore, latency: 0, "the cmdlet, every check on"),
        new(Group, "sdk-restore", sizes.SdkRestore, static place => Self.StartWork("sdk-restore", ("endpoint", place.Endpoint), ("folder", place.Backup), ("table", place.Table)))
        {
            About = "the AWS SDK: AttributeValues, BatchWriteItemAsync, 32 workers; limited by making objects and JSON again",
            Server = new ReplayOptions(sizes.SdkRestore), Backup = new ReplayOptions(sizes.SdkRestore), Proof = ServerWork.Written, NeedsTable = true,
        },
        new(Group, "boto3-batch_writer", sizes.PythonRestore, tools.Script("restore.py", "backup"))
        {
            About = "Python as in AWS's tutorials: read, deserialise, table.batch_writer(); limited by one interpreter making objects",
            Server = new ReplayOptions(sizes.PythonRestore), Backup = new ReplayOptions(sizes.PythonRestore), Proof = ServerWork.Written,
            NeedsTable = true, Missing = tools.PythonMissing,
        },
        Post("post-only-20ms", sizes.Restore, Latency, "as post-only, every response 20 ms late: what 64 connections allow"),
        Module("module-restore-20ms", sizes.SlowRestore, Latency, "the cmdlet, every response 20 ms late; limited by its connections"),
        Replace(sizes.Restore, sizes.Restore * ChangedPercent / 100),
        new(Group, "module-restore-budget", sizes.Budgeted, Scripts.Restore(FormattableString.Invariant($"-MaxWriteUnits {sizes.Budget}")))
        {
            About = $"the cmdlet with -MaxWriteUnits {sizes.Budget:N0}, items of one unit; limited by the budget",
            Server = new ReplayOptions(sizes.Budgeted), Backup = new ReplayOptions(sizes.Budgeted), Proof = ServerWork.Written, UnitsPerSecond = sizes.Budget,
        },
    ];

    private static BenchRow Replace(long items, long changed) => new(Group, "module-replace-1percent", items, Scripts.Replace(changed))
    {
        About = "-Mode Replace of a table of which 1 % differs; limited by digests: every item of backup and table is compared",
        Server = new ReplayOptions(items) { ChangedPercent = ChangedPercent },
        Backup = new ReplayOptions(items),
        Proof = ServerWork.Scanned,
        Writes = changed,
    };

    private static BenchRow Module(string name, long items, int latency, string about) => new(Group, name, items, Scripts.Restore())
    {
        About = about,
        Server = new ReplayOptions(items) { LatencyMs = latency },
        Backup = new ReplayOptions(items),
        Proof = ServerWork.Written,
    };

    private static BenchRow Post(string name, long items, int latency, string about) =>
        new(Group, name, items, place => Self.StartWork("post-only", ("endpoint", place.Endpoint), ("table", place.Table), ("connections", 64), ("items", items)))
        {
            About = about,
            Server = new ReplayOptions(items) { LatencyMs = latency },
            Proof = ServerWork.Written,
            NeedsTable = true,
        };
}

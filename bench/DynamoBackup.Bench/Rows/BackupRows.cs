using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>A table into a folder, with four segments where the tool has them.</summary>
internal static class BackupRows
{
    public const string Group = "backup";

    public static IEnumerable<BenchRow> All(RowSizes sizes, Tools tools) =>
    [
        new(Group, "drain", sizes.Engine, static place => Self.StartWork("drain", ("endpoint", place.Endpoint), ("segments", 4)))
        {
            About = "reads all pages from four connections and drops them; limited by the server and the loopback",
            Server = new ReplayOptions(sizes.Engine), Proof = ServerWork.Scanned,
        },
        Module("module-gzip", "-Segments 4 -Compression Gzip", sizes, "the cmdlet, every check on"),
        Module("module-zstd", "-Segments 4 -Compression Zstd", sizes, "the cmdlet, every check on"),
        Module("module-none", "-Segments 4 -Compression None", sizes, "the cmdlet, every check on, no compression"),
        Module("module-gzip-nodigest", "-Segments 4 -Compression Gzip -NoContentDigest", sizes, "the cmdlet without the content digest") with { Missing = tools.NoDigest },
        Module("module-zstd-nodigest", "-Segments 4 -Compression Zstd -NoContentDigest", sizes, "the cmdlet without the content digest") with { Missing = tools.NoDigest },
        new(Group, "sdk-gzip", sizes.SdkBackup, static place => Self.StartWork("sdk-backup", ("endpoint", place.Endpoint), ("folder", place.Folder), ("segments", 4)))
        {
            About = "the AWS SDK: ScanAsync in four segments, AttributeValues, System.Text.Json, gzip Fastest; limited by making objects",
            Server = new ReplayOptions(sizes.SdkBackup), Proof = ServerWork.Scanned,
        },
        new(Group, "boto3-loop", sizes.PythonBackup, tools.Script("backup.py", "folder"))
        {
            About = "Python as in AWS's tutorials: table.scan, extend a list, json.dump; limited by one interpreter making objects",
            Server = new ReplayOptions(sizes.PythonBackup), Proof = ServerWork.Scanned, Missing = tools.PythonMissing,
        },
        new(Group, "dynamodump", sizes.PythonBackup, tools.Script("dynamodump_backup.py", "folder"))
        {
            About = "dynamodump's backup of one table, as it comes",
            Server = new ReplayOptions(sizes.PythonBackup), Proof = ServerWork.Scanned, Missing = tools.PythonMissing ?? tools.Dynamodump,
        },
    ];

    private static BenchRow Module(string name, string parameters, RowSizes sizes, string about) => new(Group, name, sizes.Engine, Scripts.Backup(parameters))
    {
        About = about,
        Server = new ReplayOptions(sizes.Engine),
        Proof = ServerWork.Scanned,
    };
}

using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>What a user waits for before the first item: the import, and the first command's code coming up.</summary>
internal static class StartupRows
{
    public const string Group = "startup";
    public const string Import = "import";
    public const string First = "first";

    public static IEnumerable<BenchRow> All() =>
    [
        new(Group, "engine-only", 0, static _ => Self.StartScript("'Items: 0'", importsModule: false))
        {
            About = "a bare PowerShell engine that runs nothing: what the process time of the others begins with",
        },
        new(Group, "startup-get", 0, Scripts.FirstCommand("Get-DynamoBackup -Source $folder"))
        {
            About = "import, then Get-DynamoBackup on an empty folder",
        },
        new(Group, "startup-backup", 0, Scripts.FirstCommand("Backup-DynamoTable Replay -Destination $folder -EndpointUrl $endpoint -Segments 4"))
        {
            About = "import, then Backup-DynamoTable of 1,000 items", Server = new ReplayOptions(1_000),
        },
    ];
}

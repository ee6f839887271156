using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>Proving a backup in gzip, made by the module.</summary>
internal static class TestRows
{
    public const string Group = "test";

    public static IEnumerable<BenchRow> All(RowSizes sizes) =>
    [
        new(Group, "sha256-only", sizes.Engine, place => Self.StartWork("sha256-only", ("folder", place.Backup), ("items", sizes.Engine)))
        {
            About = "reads the files and takes their SHA-256, a file for each processor at a time; limited by SHA-256 or the disk",
            Backup = new ReplayOptions(sizes.Engine),
        },
        new(Group, "module-test-checksum", sizes.Engine, Scripts.Test("Checksum"))
        {
            About = "the cmdlet: MD5 and SHA-256 of every file", Backup = new ReplayOptions(sizes.Engine),
        },
        new(Group, "module-test-content", sizes.Engine, Scripts.Test("Content"))
        {
            About = "the cmdlet: every item read, counted and digested as well", Backup = new ReplayOptions(sizes.Engine),
        },
    ];
}

using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>The engine's stages by themselves, on one thread, over pages in memory. CPU seconds per million items are microseconds per item.</summary>
internal static class DigestRows
{
    public const string Group = "digest";

    public static IEnumerable<BenchRow> All(RowSizes sizes) =>
    [
        Stage("slice", sizes, "finds where each item lies in a page"),
        Stage("canonical", sizes, "reads and validates each item, and writes its canonical form"),
        Stage("canonical-digest", sizes, "as canonical, and adds it to the content digest"),
        Stage("gzip", sizes, "compresses the items as lines, gzip Fastest"),
    ];

    private static BenchRow Stage(string name, RowSizes sizes, string about) =>
        new(Group, name, sizes.Quarter, place => Self.StartWork("stage", ("stage", name), ("endpoint", place.Endpoint), ("items", sizes.Quarter)))
        {
            About = about,
            Server = new ReplayOptions(sizes.Quarter),
        };
}

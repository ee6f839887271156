namespace DynamoBackup.Bench.Rows;

/// <summary>All rows, in the order of the table.</summary>
internal static class RowCatalog
{
    public static IReadOnlyList<BenchRow> All(RowSizes sizes, Tools tools) =>
    [
        .. BackupRows.All(sizes, tools),
        .. RestoreRows.All(sizes, tools),
        .. TestRows.All(sizes),
        .. ScalingRows.All(sizes),
        .. StartupRows.All(),
        .. DigestRows.All(sizes),
    ];
}

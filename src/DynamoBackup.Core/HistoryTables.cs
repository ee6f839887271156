namespace DynamoBackup;

/// <summary>Tells tables apart that had the same name one after another: each has items and versions of its own.</summary>
internal static class HistoryTables
{
    /// <summary>The backups of each table, the oldest table first.</summary>
    /// <param name="backups">Backups of tables of one ARN.</param>
    public static IReadOnlyList<(string? TableId, IReadOnlyList<BackupInfo> Backups)> Of(IEnumerable<BackupInfo> backups)
    {
        var tables = new List<(string? TableId, List<BackupInfo> Backups)>();
        var unnamed = new List<BackupInfo>();
        foreach (var backup in backups.OrderBy(backup => backup.Id, StringComparer.Ordinal))
        {
            if (string.IsNullOrEmpty(backup.TableId))
                unnamed.Add(backup);
            else if (tables.FindIndex(table => table.TableId == backup.TableId) is >= 0 and var index)
                tables[index].Backups.Add(backup);
            else
                tables.Add((backup.TableId, [backup]));
        }

        if (tables.Count == 0)
            return [(null, unnamed)];
        // A backup that does not know its table's id is of the table of the last one before it that does.
        foreach (var backup in unnamed)
            tables[Math.Max(0, tables.FindLastIndex(table => string.CompareOrdinal(table.Backups[0].Id, backup.Id) < 0))].Backups.Add(backup);
        return [.. tables.Select(table => (table.TableId, (IReadOnlyList<BackupInfo>)table.Backups))];
    }
}

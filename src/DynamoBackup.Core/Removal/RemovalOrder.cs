namespace DynamoBackup.Removal;

/// <summary>
/// The order in which backups are removed together, so that one that is cut off leaves no backup without what it builds on: the end of a chain first. The incremental
/// backup that makes a full one exact goes behind it: alone it is of no use, and harms nobody.
/// </summary>
internal static class RemovalOrder
{
    /// <summary>Sorts backups; those that have nothing to do with one another stay as they are.</summary>
    public static IReadOnlyList<BackupInfo> Of(IReadOnlyList<BackupInfo> backups)
    {
        var levels = new Dictionary<(string Location, string Id), int>();
        var byId = new Dictionary<(string Location, string Id), BackupInfo>();
        foreach (var backup in backups)
            byId[Key(backup)] = backup;
        foreach (var backup in backups)
            Measure(backup);
        return [.. backups.OrderByDescending(backup => levels[Key(backup)])];

        void Measure(BackupInfo backup)
        {
            var path = new Stack<BackupInfo>();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            // A chain can have more links than the stack has room for.
            for (var next = backup; next is not null && !levels.ContainsKey(Key(next)) && seen.Add(next.Id); next = ParentOf(next))
                path.Push(next);
            while (path.TryPop(out var link))
            {
                var parent = ParentOf(link);
                levels[Key(link)] = parent is null || !levels.TryGetValue(Key(parent), out var level) ? 1 : parent.ExactWith == link.Id ? level - 1 : level + 2;
            }
        }

        BackupInfo? ParentOf(BackupInfo backup) => backup.ParentId is null ? null : byId.GetValueOrDefault((backup.Location, backup.ParentId));
    }

    private static (string Location, string Id) Key(BackupInfo backup) => (backup.Location, backup.Id);
}

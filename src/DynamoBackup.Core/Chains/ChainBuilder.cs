namespace DynamoBackup.Chains;

/// <summary>
/// Finds out which backup follows which. Incremental backups of this module name the one that they follow; incremental exports by AWS name a time, and follow
/// whatever is the table's state in it.
/// </summary>
internal sealed class ChainBuilder
{
    private readonly List<ChainLink> _links;
    private readonly Dictionary<string, ChainLink> _byId;

    private ChainBuilder(IEnumerable<BackupInfo> backups)
    {
        // Grouping keeps the order of the stores.
        _links = [.. backups.GroupBy(backup => backup.Id, StringComparer.Ordinal).Select(Best).OrderBy(link => link.Backup.Id, StringComparer.Ordinal)];
        _byId = _links.ToDictionary(link => link.Backup.Id, StringComparer.Ordinal);
    }

    /// <summary>Links backups of one table.</summary>
    /// <param name="backups">The backups, with the copies of each in the order in which their stores are preferred.</param>
    /// <returns>One link for each backup, by id.</returns>
    public static IReadOnlyList<ChainLink> Link(IEnumerable<BackupInfo> backups)
    {
        var builder = new ChainBuilder(backups);
        builder.LinkByParent();
        builder.LinkByTime();
        return builder._links;
    }

    private static ChainLink Best(IEnumerable<BackupInfo> copies)
    {
        var links = copies.Select(copy => new ChainLink(copy)).ToList();
        return links.Find(link => link.IsUsable) ?? links[0];
    }

    private void LinkByParent()
    {
        var children = _links.Where(link => link is { IsFull: false, IsCompacted: false }).ToLookup(link => link.Backup.ParentId!, StringComparer.Ordinal);
        var unseen = children.SelectMany(group => group).ToHashSet();
        var open = new Queue<ChainLink>(_links.Where(link => link.IsFull || link.IsCompacted));
        foreach (var orphan in unseen.Where(link => !_byId.ContainsKey(link.Backup.ParentId!)).ToList())
        {
            unseen.Remove(orphan);
            orphan.Break($"backup {orphan.Backup.ParentId} is missing");
            open.Enqueue(orphan);
        }

        while (open.TryDequeue(out var parent))
        {
            foreach (var child in children[parent.Backup.Id].Where(unseen.Remove))
            {
                child.Follow(parent, WhyNot(child, parent));
                open.Enqueue(child);
            }
        }

        foreach (var link in unseen)
            link.Break("the backups that it builds on name one another in a circle");
    }

    /// <summary>Why a backup does not follow the one that it names; null where it does.</summary>
    private static string? WhyNot(ChainLink child, ChainLink parent)
    {
        var (id, before) = (child.Backup.Id, parent.Backup.Id);
        if (parent.Broken is not null)
            return parent.Broken;
        if (!parent.IsUsable)
            return $"backup {before} is {(parent.Backup.IsUnfinished ? "not complete" : parent.Backup.IsDamaged ? "damaged" : "of a kind that is not read")}";
        if (!child.IsUsable)
            return null;
        if (parent.IsCompacted)
            return $"backup {id} builds on {before}, an incremental export by AWS, which does not tell how the table's stream goes on";
        if (AreOther(child.TableId, parent.TableId))
            return $"backup {id} is of another table than {before}: the table was deleted and created again under its name";
        if (AreOther(child.Backup.StreamArn, parent.Backup.StreamArn))
            return $"backup {id} was read from another stream than {before}: the stream was turned off and on again, or the table created again";
        if (child.To is null || child.To < parent.To)
            return $"backup {id} does not reach beyond {before}, on which it builds";
        return Joins(child, parent) ? null : $"backup {id} does not begin where {before} ends, and what changed between is in neither";
    }

    private static bool Joins(ChainLink child, ChainLink parent)
    {
        if (parent.IsFull && !parent.IsExactAlone)
            return parent.Backup.ExactWith == child.Backup.Id || child.From <= parent.From;
        return child.From is null || child.From <= parent.To;
    }

    private void LinkByTime()
    {
        // What an export can follow; exports join as they are reached, for each can follow the ones before it.
        var reached = _links.Where(link => link.IsState).OrderBy(link => link.To).ToList();
        foreach (var export in _links.Where(link => link.IsCompacted).OrderBy(link => link.To).ThenBy(link => link.Backup.Id, StringComparer.Ordinal))
        {
            if (!export.IsUsable)
                continue;
            if (export is not { From: { } from, To: { } to })
            {
                export.Break($"the manifest of export {export.Backup.Id} does not tell which time it covers");
                continue;
            }

            // An item that was put and deleted within an export's time leaves no trace in it: one that a state within that time has would stay.
            var before = reached.Where(link => link.Next == from && !AreOther(export.TableId, link.TableId))
                .OrderByDescending(link => link.Base!.To).ThenByDescending(link => link.Base!.Backup.Id, StringComparer.Ordinal).ThenBy(link => link.Depth).FirstOrDefault();
            if (before is null)
            {
                export.Break($"export {export.Backup.Id} holds the changes from {Second.Text(from)} to {Second.Text(to)}, and no usable backup gives the table's state as that time begins");
                continue;
            }

            export.Follow(before, null);
            reached.Add(export);
        }
    }

    private static bool AreOther(string? one, string? other) => !string.IsNullOrEmpty(one) && !string.IsNullOrEmpty(other) && one != other;
}

using DynamoBackup.PowerShell.Pipeline;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Finds the backups that a user's selection means.</summary>
public abstract class BackupSelectingCmdlet : StoreCmdlet
{
    /// <summary>
    /// The backups that fit. A literal table name or an id without any backup is an error of its own; a wildcard without one is silent, and so is a table of
    /// which nothing is unfinished where that was the question.
    /// </summary>
    /// <param name="tableNames">Names, ARNs or wildcards; null means all tables.</param>
    /// <param name="query">The rest of the selection.</param>
    protected IReadOnlyList<BackupInfo> Select(string[]? tableNames, BackupQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var patterns = tableNames?.Select(name => new TableNamePattern(name)).ToList();
        var filtered = patterns is null
            ? query
            : query with { TableFilter = (name, arn) => patterns.Any(pattern => pattern.Matches(name, arn)) };
        var found = RunEngine((output, cancellation) => CatalogRun.RunAsync(filtered, output, cancellation));

        foreach (var missing in patterns?.Where(pattern => !query.Unfinished && !pattern.IsWildcard && !found.Any(backup => pattern.Matches(backup.TableName, backup.TableArn))) ?? [])
            WriteError(ErrorRecordMap.ToErrorRecord(NotFound($"no backup of table '{missing.Text}'", query, missing.Text)));
        if (patterns is null && query.Id is not null && found.Count == 0)
            WriteError(ErrorRecordMap.ToErrorRecord(NotFound($"no {(query.Unfinished ? "unfinished " : "")}backup '{query.Id}'", query, query.Id)));
        return found;
    }

    private static DynamoBackupException NotFound(string what, BackupQuery query, string target)
    {
        string?[] given = [query.Id is null ? null : "-Id", query.After is null ? null : "-After", query.Before is null ? null : "-Before"];
        var filters = string.Join(", ", given.Where(filter => filter is not null && query.Id != target));
        return new DynamoBackupException(
            BackupErrorCode.BackupNotFound,
            $"{string.Join(", ", query.Sources)} holds {what}{(filters.Length > 0 ? $" that fits {filters}" : "")}. List what is there with: Get-DynamoBackup -Source '{string.Join("', '", query.Sources)}'",
            target);
    }
}

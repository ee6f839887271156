using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Decides whether a restore may go into its target, and how, from what is there.</summary>
internal static class RestorePlanner
{
    /// <summary>Looks at the target and decides.</summary>
    /// <exception cref="DynamoBackupException">The target does not fit the request or the backup.</exception>
    public static async Task<RestorePlan> PlanAsync(
        RestoreRequest request, BackupInfo backup, TableDefinition? definition, TableReader tables, CancellationToken cancellationToken)
    {
        if (request.Mode == RestoreMode.NewTable)
            request = request with { Mode = null };
        var target = request.TargetTable ?? backup.TableName;
        var existing = await tables.FindAsync(target, cancellationToken);
        if (existing is null)
        {
            if (request.Mode is not null)
                throw new DynamoBackupException(BackupErrorCode.TableNotFound, $"-Mode {request.Mode} writes into an existing table, and there is no table '{target}'. Check the name and -Region; or leave -Mode out, and the table is created.", target);
            if (definition is null)
                throw new DynamoBackupException(BackupErrorCode.DefinitionMissing, $"The backup holds no table definition, so '{target}' cannot be created from it. Create the table first and restore into it.", target);
            new BlueprintChanges(request.Overrides, request.ExcludedSettings).Apply(TableBlueprint.Of(definition));
            return Plan(createsTable: true, holdsItems: false);
        }

        if (!request.Overrides.IsEmpty || request.ExcludedSettings.Count > 0)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"Table '{target}' exists, and a restore changes no settings of an existing table. Leave out -ExcludeSetting, -ExcludeIndex, -BillingMode, -TableClass and the parameters for capacity; or restore under a new name with -TargetTable.", target);

        if (existing.Status is "CREATING" or "DELETING")
            throw new DynamoBackupException(BackupErrorCode.TableNotReady, $"Table '{target}' is {existing.Status}. Wait until that has ended, then run the restore again.", target);
        RequireSameKey(definition, existing, target);
        var holdsItems = await tables.HoldsItemsAsync(target, cancellationToken);
        if (holdsItems && request.Mode is null)
        {
            throw new DynamoBackupException(
                BackupErrorCode.ResourceExists,
                $"Table '{target}' exists and holds items. Restore under another name with -TargetTable, or put the backup's items over those of the table with -Mode Overwrite.", target);
        }

        return Plan(createsTable: false, holdsItems);

        RestorePlan Plan(bool createsTable, bool holdsItems) => new()
        {
            TargetTable = target,
            Backup = backup,
            Mode = request.Mode ?? RestoreMode.NewTable,
            CreatesTable = createsTable,
            TargetHoldsItems = holdsItems,
        };
    }

    private static void RequireSameKey(TableDefinition? definition, TableDefinition existing, string target)
    {
        if (definition is not null && !definition.Key.Select(Spell).SequenceEqual(existing.Key.Select(Spell)))
        {
            throw new DynamoBackupException(
                BackupErrorCode.KeySchemaMismatch,
                $"Table '{target}' has the key {Describe(existing)}, the backup's table {Describe(definition)}. Restore into a table with the same key, or under a new name with -TargetTable.", target);
        }
    }

    private static string Spell(KeyAttribute attribute) => attribute.ToString();

    private static string Describe(TableDefinition table) => string.Join(", ", table.Key.Select(Spell));
}

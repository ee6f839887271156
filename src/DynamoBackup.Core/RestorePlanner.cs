using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoBackup.Aws;
using DynamoBackup.Checkpoints;
using DynamoBackup.Items;
using DynamoBackup.Manifests;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Decides whether a restore may go into its target, and how, from what is there.</summary>
internal static class RestorePlanner
{
    /// <summary>Seconds by which this machine's clock may be ahead of the service's.</summary>
    private const int ClockMargin = 60;

    // Source: Amazon DynamoDB Developer Guide, "Naming rules and data types".
    private const int ShortestName = 3;
    private const int LongestName = 255;

    /// <summary>Looks at the target and decides.</summary>
    /// <exception cref="DynamoBackupException">The target does not fit the request or the backup.</exception>
    public static async Task<RestorePlan> PlanAsync(
        RestoreRequest request, OpenedBackup backup, TableDefinition? definition, TableReader tables, RestoreState? unfinished, CancellationToken cancellationToken)
    {
        if (request.Mode == RestoreMode.NewTable)
            request = request with { Mode = null };
        var keys = request.Keys is null ? null : new KeySet(request.Keys, definition?.Key);
        var target = request.TargetTable ?? backup.Info.TableName;
        var existing = await tables.FindAsync(target, cancellationToken);
        if (existing is null)
        {
            if (request.Mode is not null)
                throw new DynamoBackupException(BackupErrorCode.TableNotFound, $"-Mode {request.Mode} writes into an existing table, and there is no table '{target}'. Check the name and -Region; or leave -Mode out, and the table is created.", target);
            if (definition is null)
                throw new DynamoBackupException(BackupErrorCode.DefinitionMissing, $"The backup holds no table definition (an export by AWS has none), so '{target}' cannot be created from it. Either create the table and then restore into it, or give -TableDefinition: a file that 'aws dynamodb describe-table' wrote, or an object of that shape.", target);
            var blueprint = new BlueprintChanges(request.Overrides, request.ExcludedSettings).Apply(TableBlueprint.Of(definition));
            return Plan(CapacityOf(definition, blueprint), createsTable: true, holdsItems: false);
        }

        if (unfinished is not null && await IsTheOneAsync(existing, unfinished, tables, cancellationToken))
        {
            if (unfinished.CreateAskedUtc is not null && definition is null)
                throw new DynamoBackupException(BackupErrorCode.DefinitionMissing, $"The restore that is to be gone on with created '{target}' by a -TableDefinition. Give the same one again.", target);
            RequireSameKey(definition, existing, target, request.TableDefinition is not null);
            return Plan(existing.Table, createsTable: false, holdsItems: true) with { Continues = true };
        }

        if (!request.Overrides.IsEmpty || request.ExcludedSettings.Count > 0)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"Table '{target}' exists, and a restore changes no settings of an existing table. Leave out -ExcludeSetting, -ExcludeIndex, -BillingMode, -TableClass and the parameters for capacity; or restore under a new name with -TargetTable.", target);

        if (existing.Status is "CREATING" or "DELETING")
            throw new DynamoBackupException(BackupErrorCode.TableNotReady, $"Table '{target}' is {existing.Status}. Wait until that has ended, then run the restore again.", target);
        RequireSameKey(definition, existing, target, request.TableDefinition is not null);
        var holdsItems = await tables.HoldsItemsAsync(target, cancellationToken);
        if (holdsItems && request.Mode is null)
        {
            throw new DynamoBackupException(
                BackupErrorCode.ResourceExists,
                $"Table '{target}' exists and holds items. Restore under another name with -TargetTable, or say what becomes of the table's items: with -Mode Overwrite the backup's items are put over them, with Supplement only what is missing is added, with Replace the table becomes what the backup is.", target);
        }

        return Plan(existing.Table, createsTable: false, holdsItems);

        RestorePlan Plan(JsonElement table, bool createsTable, bool holdsItems) => Estimate(request, table, backup, new()
        {
            Keys = keys?.Count,
            TargetTable = target,
            Backup = backup.Info,
            Mode = request.Mode ?? RestoreMode.NewTable,
            CreatesTable = createsTable,
            TargetHoldsItems = holdsItems,
        });
    }

    /// <summary>Refuses options that do not go together.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidArgument"/>.</exception>
    public static void RequireSense(RestoreRequest request)
    {
        RequireTableName(request.TargetTable);
        var isPart = request.Keys is not null || request.Where is not null;
        // A mode that makes the table what the backup is would delete what was left out.
        if (isPart && request.Mode is not (null or RestoreMode.NewTable or RestoreMode.Overwrite))
        {
            throw new DynamoBackupException(
                BackupErrorCode.InvalidArgument,
                $"-Mode {request.Mode} takes a whole backup, -Key and -Where take some of its items. Put those over the items of a table with -Mode Overwrite, or restore them into a new or empty table with -TargetTable.");
        }

        if (isPart && request.Resume)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-Resume goes on with the restore of a whole backup; one of some items (-Key, -Where) is begun anew. Run it without -Resume.");
        if (request.Safe && request.Mode != RestoreMode.Replace)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-Safe goes with -Mode Replace. (Supplement never touches what is there; the other modes do not look at it.)");
    }

    /// <summary>The service would refuse the name as its own parameter's, TableName, which the user has not given.</summary>
    private static void RequireTableName(string? target)
    {
        if (target is not null && !target.StartsWith("arn:", StringComparison.Ordinal)
            && (target.Length is < ShortestName or > LongestName || target.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('_' or '-' or '.'))))
        {
            throw new DynamoBackupException(
                BackupErrorCode.InvalidArgument,
                $"-TargetTable '{target}' cannot be the name of a table. Give {ShortestName} to {LongestName} characters: letters (a-z, A-Z), digits, underscores, hyphens and dots.", target);
        }
    }

    /// <summary>Adds what writing costs at most: each item once, and once for each index.</summary>
    private static RestorePlan Estimate(RestoreRequest request, JsonElement table, OpenedBackup backup, RestorePlan plan)
    {
        var (items, bytes) = (backup.Info.ItemCount, backup.ItemBytesEstimate);
        // An export by AWS or a backup without a digest does not record the units: all items are taken to be as large as the average one.
        var once = backup.Sidecar?.WriteUnits ?? items * Math.Max(1, Math.Ceiling(bytes / 1024.0 / Math.Max(1, items)));
        // The items themselves are not known yet: they count as average ones.
        if (plan.Keys is { } keys)
            once = Math.Ceiling(once / Math.Max(1, items) * Math.Min(keys, items));
        var units = once * (1 + TableCapacity.IndexesOf(table));
        var (duration, basis) = plan.CreatesTable && request.WriteLimit?.Percent is not null && TableCapacity.Of(table, CapacityKind.Write) is null
            ? (null, "the table's capacity is known once it has been created")
            : PlanTime.Of(units, request.WriteLimit, CapacityKind.Write, plan.TargetTable, table);
        if (backup is { Info.ItemBytes: null, Sidecar.WriteUnits: null })
            basis += "; the units are estimated from the size of the items' JSON";
        return plan with { WriteUnits = units, Duration = duration, Basis = basis };
    }

    /// <summary>The capacity and indexes that a table will have, as its description would tell them: the definition's, where nothing else was asked for.</summary>
    private static JsonElement CapacityOf(TableDefinition definition, TableBlueprint blueprint)
    {
        var table = JsonObject.Create(definition.Table)!;
        table["BillingModeSummary"] = new JsonObject { ["BillingMode"] = blueprint.Sections[TableBlueprint.BillingMode]?.DeepClone() };
        table[TableBlueprint.Throughput] = blueprint.Sections[TableBlueprint.Throughput]?.DeepClone();
        foreach (var setting in new[] { nameof(TableSetting.OnDemandThroughput), nameof(TableSetting.WarmThroughput) }.Where(blueprint.OnRequest.Contains))
            table.Remove(setting);
        foreach (var section in new[] { TableBlueprint.LocalIndexes, TableBlueprint.GlobalIndexes })
            table[section] = new JsonArray([.. blueprint.Indexes(section).Select(index => new JsonObject { ["IndexName"] = index.Name })]);
        return JsonSerializer.SerializeToElement(table);
    }

    /// <summary>The definition that a restore goes by: the one given, else the backup's; null where there is none.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidArgument"/>: the one given is none.</exception>
    public static TableDefinition? DefinitionOf(RestoreRequest request, OpenedBackup backup, IRunOutput output)
    {
        var own = VerifyRun.DefinitionOf(backup);
        if (request.TableDefinition is null)
            return own;
        if (own is not null)
            output.Verbose($"-TableDefinition stands in place of the definition in backup {backup.Info.Id}.");
        return GivenDefinition.Parse(request.TableDefinition);
    }

    /// <summary>
    /// Tells whether a table is the one that an earlier run was writing. Where that ended before it knew the table, an empty one that was created since it
    /// asked is taken for it.
    /// </summary>
    private static async Task<bool> IsTheOneAsync(TableDefinition table, RestoreState unfinished, TableReader tables, CancellationToken cancellationToken)
    {
        if (unfinished.TableInstance is not null)
            return unfinished.TableInstance == RestoreSession.InstanceOf(table);
        return ManifestJson.ParseInstant(unfinished.CreateAskedUtc) is { } asked && table.Status != "DELETING"
            && double.TryParse(table.Table.Child("CreationDateTime")?.GetRawText(), CultureInfo.InvariantCulture, out var created)
            && created >= new DateTimeOffset(asked).ToUnixTimeSeconds() - ClockMargin
            && (table.Status == "CREATING" || !await tables.HoldsItemsAsync(table.Name, cancellationToken));
    }

    private static void RequireSameKey(TableDefinition? definition, TableDefinition existing, string target, bool given)
    {
        if (definition is not null && !definition.Key.Select(Spell).SequenceEqual(existing.Key.Select(Spell)))
        {
            throw new DynamoBackupException(
                BackupErrorCode.KeySchemaMismatch,
                $"Table '{target}' has the key {Describe(existing)}, the {(given ? "given definition" : "backup's table")} {Describe(definition)}. Restore into a table with the same key, or under a new name with -TargetTable.", target);
        }
    }

    private static string Spell(KeyAttribute attribute) => attribute.ToString();

    private static string Describe(TableDefinition table) => string.Join(", ", table.Key.Select(Spell));
}

using System.Text.Json.Nodes;

namespace DynamoBackup.Tables;

/// <summary>Applies what a restore wants otherwise than the definition says, and refuses what contradicts itself or the definition.</summary>
internal sealed class BlueprintChanges(TableOverrides overrides, IReadOnlyList<TableSetting> excluded)
{
    private readonly List<string> _done = [];

    /// <summary>What was changed or left out, for a message.</summary>
    public IReadOnlyList<string> Done => _done;

    /// <summary>Applies everything to a copy.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidArgument"/>: the changes make no sense for this table.</exception>
    public TableBlueprint Apply(TableBlueprint original)
    {
        RefuseContradictions();
        var blueprint = original.Copy();
        ExcludeSettings(blueprint);
        ExcludeIndexes(blueprint);
        ChangeBilling(blueprint);
        if (overrides.TableClass is { } tableClass)
            ChangeClass(blueprint, tableClass);
        DropIdleOverrides(blueprint);
        return blueprint;
    }

    private void RefuseContradictions()
    {
        if (overrides.ReadCapacityUnits < 1 || overrides.WriteCapacityUnits < 1 || overrides.IndexThroughput.Values.Any(index => index.ReadCapacityUnits < 1 || index.WriteCapacityUnits < 1))
            throw Invalid("Capacity units are whole numbers from 1 on.");
        if (overrides.BillingMode == TableBillingMode.PayPerRequest && (overrides.ReadCapacityUnits ?? overrides.WriteCapacityUnits) is not null)
            throw Invalid("A table that is charged for requests has no capacity units. Give -BillingMode PayPerRequest, or -ReadCapacityUnits and -WriteCapacityUnits.");
        if (overrides.BillingMode == TableBillingMode.PayPerRequest && overrides.IndexThroughput.Count > 0)
            throw Invalid("A table that is charged for requests has no capacity units. Give -BillingMode PayPerRequest or -IndexThroughput.");
        if (overrides.TableClass is not (null or "STANDARD" or "STANDARD_INFREQUENT_ACCESS"))
            throw Invalid($"'{overrides.TableClass}' is not a table class. Give STANDARD or STANDARD_INFREQUENT_ACCESS.");
        if (overrides.TableClass is not null && excluded.Contains(TableSetting.TableClass))
            throw Invalid("-TableClass sets what -ExcludeSetting TableClass leaves out. Give one of them.");
    }

    private void ExcludeSettings(TableBlueprint blueprint)
    {
        foreach (var setting in excluded.Distinct())
        {
            blueprint.Remove(setting);
            blueprint.OnRequest.Add(setting.ToString());
            blueprint.OutOfReach.RemoveAll(known => known.Setting == setting);
            _done.Add($"{setting} is left out");
        }
    }

    private void ExcludeIndexes(TableBlueprint blueprint)
    {
        string[] sections = [TableBlueprint.LocalIndexes, TableBlueprint.GlobalIndexes, TableBlueprint.VectorIndexes];
        var names = sections.SelectMany(blueprint.Indexes).Select(index => index.Name).ToHashSet(StringComparer.Ordinal);
        // What -ExcludeSetting has taken out is no unknown name.
        var isKnown = (string name) => names.Contains(name) || excluded.Contains(TableSetting.VectorIndexes);
        if (overrides.ExcludedIndexes.FirstOrDefault(pattern => !pattern.IsWildcard && !isKnown(pattern.Text)) is { } unknown)
            throw Invalid($"The backup's table has no index '{unknown.Text}' to leave out. {Known(names)}");

        foreach (var section in sections)
        {
            foreach (var name in blueprint.Indexes(section).Select(index => index.Name).Where(name => overrides.ExcludedIndexes.Any(pattern => pattern.Matches(name))).ToList())
                Drop(blueprint, section, name);
        }
    }

    private void Drop(TableBlueprint blueprint, string section, string index)
    {
        var indexes = (JsonObject)blueprint.Sections[section]!;
        indexes.Remove(index);
        if (indexes.Count == 0)
            blueprint.Sections.Remove(section);
        if (section == TableBlueprint.GlobalIndexes)
        {
            blueprint.Section(TableSetting.ContributorInsights)?.Remove(index);
            if (blueprint.Section(TableSetting.ContributorInsights) is { Count: 0 })
                blueprint.Remove(TableSetting.ContributorInsights);
            foreach (var (_, replica) in blueprint.Section(TableSetting.Replicas)?[ReplicaReader.Regions] as JsonObject ?? [])
                DropFromReplica((JsonObject)replica!, index);
        }

        _done.Add($"index '{index}' is left out");
    }

    private static void DropFromReplica(JsonObject replica, string index)
    {
        if (replica[TableBlueprint.GlobalIndexes] is not JsonObject indexes)
            return;
        indexes.Remove(index);
        if (indexes.Count == 0)
            replica.Remove(TableBlueprint.GlobalIndexes);
    }

    private void ChangeBilling(TableBlueprint blueprint)
    {
        var wasOnDemand = (string?)blueprint.Sections[TableBlueprint.BillingMode] == TableBlueprint.PayPerRequest;
        var provisions = overrides.BillingMode == TableBillingMode.Provisioned || (overrides.ReadCapacityUnits ?? overrides.WriteCapacityUnits) is not null || overrides.IndexThroughput.Count > 0;
        RefuseUnknownIndexes(blueprint);
        if (overrides.BillingMode == TableBillingMode.PayPerRequest && !wasOnDemand)
            ToOnDemand(blueprint);
        else if (provisions)
            ToProvisioned(blueprint, wasOnDemand);
    }

    private void ToOnDemand(TableBlueprint blueprint)
    {
        blueprint.Sections[TableBlueprint.BillingMode] = TableBlueprint.PayPerRequest;
        blueprint.Sections.Remove(TableBlueprint.Throughput);
        foreach (var (_, index) in blueprint.Indexes(TableBlueprint.GlobalIndexes))
            index.Remove(TableBlueprint.Throughput);
        // It followed the capacity that the table had.
        LeaveToService(blueprint, TableSetting.WarmThroughput);
        blueprint.OutOfReach.RemoveAll(known => known.Setting == TableSetting.AutoScaling);
        _done.Add("it is charged for requests");
    }

    private void ToProvisioned(TableBlueprint blueprint, bool wasOnDemand)
    {
        var (read, write) = (overrides.ReadCapacityUnits ?? Recorded("ReadCapacityUnits"), overrides.WriteCapacityUnits ?? Recorded("WriteCapacityUnits"));
        if (read is null || write is null)
            throw Invalid("The backup's table was charged for requests, so it has no capacity of its own. Give both -ReadCapacityUnits and -WriteCapacityUnits.");
        var table = new TableThroughput(read.Value, write.Value);
        blueprint.Sections[TableBlueprint.BillingMode] = "PROVISIONED";
        blueprint.Sections[TableBlueprint.Throughput] = Spell(table);
        foreach (var (name, index) in blueprint.Indexes(TableBlueprint.GlobalIndexes))
        {
            if (overrides.IndexThroughput.TryGetValue(name, out var own))
                index[TableBlueprint.Throughput] = Spell(own);
            else if (wasOnDemand)
                index[TableBlueprint.Throughput] = Spell(table);
        }

        LeaveToService(blueprint, TableSetting.OnDemandThroughput);
        LeaveToService(blueprint, TableSetting.WarmThroughput);
        _done.Add($"it has {read} read and {write} write capacity units");

        long? Recorded(string name) => (long?)blueprint.Sections[TableBlueprint.Throughput]?[name];
    }

    private void RefuseUnknownIndexes(TableBlueprint blueprint)
    {
        var names = blueprint.Indexes(TableBlueprint.GlobalIndexes).Select(index => index.Name).ToHashSet(StringComparer.Ordinal);
        if (overrides.IndexThroughput.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            throw Invalid($"-IndexThroughput names '{unknown}', but the new table has no such global secondary index. {Known(names)}");
    }

    private void ChangeClass(TableBlueprint blueprint, string tableClass)
    {
        blueprint.Sections.Remove(nameof(TableSetting.TableClass));
        if (tableClass != "STANDARD")
            blueprint.Sections[nameof(TableSetting.TableClass)] = tableClass;
        _done.Add($"its class is {tableClass}");
    }

    /// <summary>A replica that was of another class than its table may now be of the same, and then needs no override.</summary>
    private static void DropIdleOverrides(TableBlueprint blueprint)
    {
        var tableClass = (string?)blueprint.Sections[nameof(TableSetting.TableClass)] ?? "STANDARD";
        foreach (var (_, replica) in blueprint.Section(TableSetting.Replicas)?[ReplicaReader.Regions] as JsonObject ?? [])
        {
            if ((string?)replica!["TableClassOverride"] == tableClass)
                ((JsonObject)replica).Remove("TableClassOverride");
        }
    }

    private static void LeaveToService(TableBlueprint blueprint, TableSetting setting)
    {
        blueprint.Remove(setting);
        blueprint.OnRequest.Add(setting.ToString());
    }

    private static JsonObject Spell(TableThroughput throughput) =>
        new() { ["ReadCapacityUnits"] = throughput.ReadCapacityUnits, ["WriteCapacityUnits"] = throughput.WriteCapacityUnits };

    private static string Known(IReadOnlyCollection<string> names) => names.Count == 0 ? "It has no index." : $"Its indexes: {string.Join(", ", names.Order(StringComparer.Ordinal))}.";

    private static DynamoBackupException Invalid(string message) => new(BackupErrorCode.InvalidArgument, message);
}

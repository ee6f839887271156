using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoBackup.Manifests;

namespace DynamoBackup.Tables;

/// <summary>Makes a blueprint's section of a global table's replicas: those in other Regions, each with what differs from the table.</summary>
internal sealed class ReplicaReader(JsonElement table, string arn, string tableClass)
{
    /// <summary>The replicas by Region.</summary>
    public const string Regions = "Regions";

    /// <summary>The Regions of witnesses.</summary>
    public const string Witnesses = "Witnesses";

    /// <summary>STRONG; eventual consistency is the default.</summary>
    public const string Consistency = "MultiRegionConsistency";

    /// <summary>Reads the replicas; null where there are none.</summary>
    public JsonObject? Read()
    {
        var own = RegionOf(arn);
        var regions = new JsonObject();
        foreach (var replica in table.Objects("Replicas").OrderBy(replica => replica.RequiredText("RegionName"), StringComparer.Ordinal))
        {
            if (replica.RequiredText("RegionName") != own && replica.Text("ReplicaStatus") is not ("CREATION_FAILED" or "DELETING"))
                regions[replica.RequiredText("RegionName")] = Replica(replica);
        }

        var witnesses = table.Objects("GlobalTableWitnesses").Select(witness => witness.RequiredText("RegionName")).Order(StringComparer.Ordinal).Select(region => (JsonNode)region).ToArray();
        var replicas = new JsonObject();
        if (regions.Count > 0)
            replicas[Regions] = regions;
        if (witnesses.Length > 0)
            replicas[Witnesses] = new JsonArray(witnesses);
        if (table.Text(Consistency) == "STRONG")
            replicas[Consistency] = "STRONG";
        if (table.Text("GlobalTableSettingsReplicationMode") == "ENABLED")
            replicas["GlobalTableSettingsReplicationMode"] = "ENABLED";
        // Only a replica has this protection, and has it unless it is taken off.
        if (regions.Count > 0 && table.Child("DisassociationProtectionEnabled") is { ValueKind: JsonValueKind.False })
            replicas["DisassociationProtectionEnabled"] = false;
        return replicas;
    }

    private static string? RegionOf(string arn) => TableIdentity.Parse(arn) is null ? null : arn.Split(':')[3];

    private JsonObject Replica(JsonElement described)
    {
        var replica = new JsonObject();
        if (described.Text("KMSMasterKeyId") is { } key)
            replica["KMSMasterKeyId"] = key;
        if (described.Child("ReplicaTableClassSummary")?.Text("TableClass") is { } other && other != tableClass)
            replica["TableClassOverride"] = other;
        AddOverrides(replica, described);
        var indexes = new JsonObject();
        foreach (var index in described.Objects("GlobalSecondaryIndexes").OrderBy(index => index.RequiredText("IndexName"), StringComparer.Ordinal))
        {
            var overrides = new JsonObject();
            AddOverrides(overrides, index);
            if (overrides.Count > 0)
                indexes[index.RequiredText("IndexName")] = overrides;
        }

        if (indexes.Count > 0)
            replica["GlobalSecondaryIndexes"] = indexes;
        return replica;
    }

    private static void AddOverrides(JsonObject owner, JsonElement described)
    {
        if (described.Child("ProvisionedThroughputOverride") is { } provisioned && provisioned.Number("ReadCapacityUnits") is > 0 and var units)
            owner["ReadCapacityUnits"] = units;
        if (described.Child("OnDemandThroughputOverride") is { } onDemand && onDemand.Number("MaxReadRequestUnits") is > 0 and var limit)
            owner["MaxReadRequestUnits"] = limit;
    }
}

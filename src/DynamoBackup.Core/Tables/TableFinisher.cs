using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Tables;

/// <summary>
/// Puts back what must come after the items. The order is one that cannot hurt: the stream, which would have carried the restore itself; time to
/// live, which would have deleted from it; what needs either; policies, which may shut out the one who restores; protection from deletion last.
/// </summary>
internal sealed class TableFinisher(DynamoConnection connection, string name, TableBlueprint wanted, TableChanges changes, IRunOutput output)
{
    /// <summary>Most tags of a call (source: Amazon DynamoDB API reference, TagResource: 50 tags a resource).</summary>
    private const int MaxTags = 50;

    private readonly AmazonDynamoDBClient _client = connection.Client;

    /// <summary>Makes all changes that are still needed.</summary>
    /// <param name="found">The table as it is.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task RunAsync(TableBlueprint found, CancellationToken cancellationToken)
    {
        await SetTagsAsync(found, cancellationToken);
        if (Wanted(TableSetting.Stream, found) is { } view)
            await UpdateAsync(TableSetting.Stream, update => update.StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = new StreamViewType((string)view!) }, cancellationToken);
        if (Wanted(TableSetting.TimeToLive, found) is { } attribute)
            await SetTimeToLiveAsync((string)attribute!, cancellationToken);
        if (Wanted(TableSetting.PointInTimeRecovery, found) is JsonObject recovery)
            await SetRecoveryAsync((int)(long)recovery["RecoveryPeriodInDays"]!, cancellationToken);
        foreach (var (arn, precision) in Wanted(TableSetting.KinesisDestination, found) as JsonObject ?? [])
            await EnableDestinationAsync(arn, (string)precision!, cancellationToken);
        foreach (var (index, mode) in Wanted(TableSetting.ContributorInsights, found) as JsonObject ?? [])
            await EnableInsightsAsync(index, (string)mode!, cancellationToken);
        if (Wanted(TableSetting.Replicas, found) is JsonObject replicas)
            await AddReplicasAsync(replicas, cancellationToken);
        if (Wanted(TableSetting.ResourcePolicy, found) is JsonObject policies)
            await PutPoliciesAsync(policies, cancellationToken);
        if (Wanted(TableSetting.DeletionProtection, found) is not null)
            await UpdateAsync(TableSetting.DeletionProtection, update => update.DeletionProtectionEnabled = true, cancellationToken);
    }

    /// <summary>What a setting should be, where it is not so already.</summary>
    private JsonNode? Wanted(TableSetting setting, TableBlueprint found)
    {
        var name = setting.ToString();
        return JsonNode.DeepEquals(wanted.Sections[name], found.Sections[name]) ? null : wanted.Sections[name];
    }

    /// <summary>CreateTable has set them, where the endpoint knows how to.</summary>
    private async Task SetTagsAsync(TableBlueprint found, CancellationToken cancellationToken)
    {
        if (Wanted(TableSetting.Tags, found) is not JsonObject tags)
            return;
        var arn = (await DescribeAsync(cancellationToken)).Arn;
        foreach (var part in tags.Select(tag => new Tag { Key = tag.Key, Value = (string?)tag.Value }).Chunk(MaxTags))
        {
            // Some compatible servers take the tags and answer with a body that the SDK cannot read: the comparison tells whether they are there.
            await changes.ApplyAsync(
                TableSetting.Tags, nameof(TableSetting.Tags), () => _client.TagResourceAsync(new TagResourceRequest { ResourceArn = arn, Tags = [.. part] }, cancellationToken), cancellationToken, patient: false);
        }
    }

    private Task SetTimeToLiveAsync(string attribute, CancellationToken cancellationToken)
    {
        var request = new UpdateTimeToLiveRequest { TableName = name, TimeToLiveSpecification = new TimeToLiveSpecification { AttributeName = attribute, Enabled = true } };
        return changes.ApplyAsync(TableSetting.TimeToLive, nameof(TableSetting.TimeToLive), () => _client.UpdateTimeToLiveAsync(request, cancellationToken), cancellationToken);
    }

    private Task SetRecoveryAsync(int days, CancellationToken cancellationToken)
    {
        var request = new UpdateContinuousBackupsRequest
        {
            TableName = name,
            PointInTimeRecoverySpecification = new PointInTimeRecoverySpecification { PointInTimeRecoveryEnabled = true, RecoveryPeriodInDays = days },
        };
        return changes.ApplyAsync(TableSetting.PointInTimeRecovery, nameof(TableSetting.PointInTimeRecovery), () => _client.UpdateContinuousBackupsAsync(request, cancellationToken), cancellationToken);
    }

    private Task EnableDestinationAsync(string arn, string precision, CancellationToken cancellationToken)
    {
        var request = new EnableKinesisStreamingDestinationRequest
        {
            TableName = name,
            StreamArn = arn,
            EnableKinesisStreamingConfiguration = new EnableKinesisStreamingConfiguration { ApproximateCreationDateTimePrecision = new ApproximateCreationDateTimePrecision(precision) },
        };
        return changes.ApplyAsync(TableSetting.KinesisDestination, $"{nameof(TableSetting.KinesisDestination)} {arn}", () => _client.EnableKinesisStreamingDestinationAsync(request, cancellationToken), cancellationToken);
    }

    private Task EnableInsightsAsync(string index, string mode, CancellationToken cancellationToken)
    {
        var request = new UpdateContributorInsightsRequest
        {
            TableName = name,
            IndexName = index.Length == 0 ? null : index,
            ContributorInsightsAction = ContributorInsightsAction.ENABLE,
            ContributorInsightsMode = new ContributorInsightsMode(mode),
        };
        var what = index.Length == 0 ? nameof(TableSetting.ContributorInsights) : $"{nameof(TableSetting.ContributorInsights)} of index '{index}'";
        return changes.ApplyAsync(TableSetting.ContributorInsights, what, () => _client.UpdateContributorInsightsAsync(request, cancellationToken), cancellationToken);
    }

    /// <summary>Eventually consistent replicas are added one by one, strongly consistent ones with their witness at once (source: Amazon DynamoDB API reference, UpdateTable).</summary>
    private async Task AddReplicasAsync(JsonObject replicas, CancellationToken cancellationToken)
    {
        var creations = (replicas[ReplicaReader.Regions] as JsonObject ?? [])
            .Select(replica => new ReplicationGroupUpdate { Create = Creation(replica.Key, (JsonObject)replica.Value!) }).ToList();
        if (replicas.ContainsKey(ReplicaReader.Consistency))
        {
            var witnesses = (replicas[ReplicaReader.Witnesses] as JsonArray ?? [])
                .Select(region => new GlobalTableWitnessGroupUpdate { Create = new CreateGlobalTableWitnessGroupMemberAction { RegionName = (string)region! } }).ToList();
            await UpdateAsync(TableSetting.Replicas, update =>
            {
                update.ReplicaUpdates = creations;
                update.MultiRegionConsistency = MultiRegionConsistency.STRONG;
                if (witnesses.Count > 0)
                    update.GlobalTableWitnessUpdates = witnesses;
            }, cancellationToken);
        }
        else
        {
            foreach (var creation in creations)
                await UpdateAsync(TableSetting.Replicas, update => update.ReplicaUpdates = [creation], cancellationToken, $" in {creation.Create.RegionName}");
        }

        if (replicas.ContainsKey("DisassociationProtectionEnabled"))
            await UpdateAsync(TableSetting.Replicas, update => update.DisassociationProtectionEnabled = false, cancellationToken, " (DisassociationProtectionEnabled)");
    }

    private static CreateReplicationGroupMemberAction Creation(string region, JsonObject replica)
    {
        var creation = new CreateReplicationGroupMemberAction
        {
            RegionName = region,
            KMSMasterKeyId = (string?)replica["KMSMasterKeyId"],
            ProvisionedThroughputOverride = Provisioned(replica),
            OnDemandThroughputOverride = OnDemand(replica),
        };
        if ((string?)replica["TableClassOverride"] is { } tableClass)
            creation.TableClassOverride = new TableClass(tableClass);
        if (replica[TableBlueprint.GlobalIndexes] is JsonObject indexes)
        {
            creation.GlobalSecondaryIndexes = [.. indexes.Select(index => new ReplicaGlobalSecondaryIndex
            {
                IndexName = index.Key,
                ProvisionedThroughputOverride = Provisioned((JsonObject)index.Value!),
                OnDemandThroughputOverride = OnDemand((JsonObject)index.Value!),
            })];
        }

        return creation;
    }

    private static ProvisionedThroughputOverride? Provisioned(JsonObject owner) =>
        (long?)owner["ReadCapacityUnits"] is { } units ? new ProvisionedThroughputOverride { ReadCapacityUnits = units } : null;

    private static OnDemandThroughputOverride? OnDemand(JsonObject owner) =>
        (long?)owner["MaxReadRequestUnits"] is { } units ? new OnDemandThroughputOverride { MaxReadRequestUnits = units } : null;

    private async Task PutPoliciesAsync(JsonObject policies, CancellationToken cancellationToken)
    {
        var table = await DescribeAsync(cancellationToken);
        var stream = table.Table.Text("LatestStreamArn");
        if ((string?)policies["Table"] is { } policy)
            await PutAsync(table.Arn, policy, nameof(TableSetting.ResourcePolicy));
        // Without a stream the comparison tells that its policy is missing.
        if ((string?)policies["Stream"] is { } streamPolicy && stream is not null)
            await PutAsync(stream, streamPolicy, $"{nameof(TableSetting.ResourcePolicy)} of the stream");

        Task PutAsync(string arn, string text, string what)
        {
            var request = new PutResourcePolicyRequest { ResourceArn = arn, Policy = PolicyText.Write(text, table.Arn, stream) };
            return changes.ApplyAsync(TableSetting.ResourcePolicy, what, () => _client.PutResourcePolicyAsync(request, cancellationToken), cancellationToken);
        }
    }

    private Task UpdateAsync(TableSetting setting, Action<UpdateTableRequest> fill, CancellationToken cancellationToken, string part = "")
    {
        var request = new UpdateTableRequest { TableName = name };
        fill(request);
        return changes.ApplyAsync(setting, setting + part, () => _client.UpdateTableAsync(request, cancellationToken), cancellationToken);
    }

    private Task<TableDefinition> DescribeAsync(CancellationToken cancellationToken) => new TableReader(connection, output, patient: true).DescribeAsync(name, cancellationToken);
}

using System.Collections.Concurrent;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DynamoBackup.Aws;
using DynamoBackup.Manifests;

namespace DynamoBackup.Tables;

/// <summary>
/// Reads all that DescribeTable's family tells of a table, side by side. What cannot be read is noted with its reason and ends nothing:
/// no backup is lost for want of a permission to read a tag.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="address">The table's name or ARN, as it was asked for: a name would mean a table of one's own account.</param>
/// <param name="table">The table described.</param>
/// <param name="output">Told about waits.</param>
internal sealed class DefinitionReader(DynamoConnection connection, string address, TableDefinition table, IRunOutput output)
{
    /// <summary>How long one setting may take. Items are what a backup is for; a setting whose call is throttled or fails for longer goes without.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<SidecarNotRead> _notRead = new();

    /// <summary>Reads all settings of a table that has been described.</summary>
    public async Task<TableDefinition> ReadAsync(CancellationToken cancellationToken)
    {
        var timeToLive = ReadAsync(TableSetting.TimeToLive, "DescribeTimeToLive", "TimeToLiveDescription", JsonValueKind.Object,
            cancel => connection.Client.DescribeTimeToLiveAsync(new DescribeTimeToLiveRequest { TableName = address }, cancel), cancellationToken);
        var backups = ReadAsync(TableSetting.PointInTimeRecovery, "DescribeContinuousBackups", "ContinuousBackupsDescription", JsonValueKind.Object,
            cancel => connection.Client.DescribeContinuousBackupsAsync(new DescribeContinuousBackupsRequest { TableName = address }, cancel), cancellationToken);
        var destinations = ReadAsync(TableSetting.KinesisDestination, "DescribeKinesisStreamingDestination", "KinesisDataStreamDestinations", JsonValueKind.Array,
            cancel => connection.Client.DescribeKinesisStreamingDestinationAsync(new DescribeKinesisStreamingDestinationRequest { TableName = address }, cancel), cancellationToken);
        var tags = ReadTagsAsync(cancellationToken);
        var policy = ReadPolicyAsync(table.Arn, cancellationToken);
        var streamPolicy = StreamArn is { } stream ? ReadPolicyAsync(stream, cancellationToken) : NoAnswer;
        var insights = ReadInsightsAsync(cancellationToken);
        var scaling = table.Table.Objects("Replicas").Any()
            ? ReadAsync(TableSetting.AutoScaling, "DescribeTableReplicaAutoScaling", "TableAutoScalingDescription", JsonValueKind.Object,
                cancel => connection.Client.DescribeTableReplicaAutoScalingAsync(new DescribeTableReplicaAutoScalingRequest { TableName = address }, cancel), cancellationToken)
            : NoAnswer;
        await Task.WhenAll(timeToLive, backups, destinations, tags, policy, streamPolicy, insights, scaling);
        NoteAutoScaling();

        return new TableDefinition(new SidecarDefinition
        {
            Table = table.Table,
            TimeToLiveDescription = await timeToLive,
            ContinuousBackupsDescription = await backups,
            Tags = await tags,
            ResourcePolicy = await policy,
            StreamResourcePolicy = await streamPolicy,
            KinesisDataStreamDestinations = await destinations,
            ContributorInsights = await insights,
            TableAutoScalingDescription = await scaling,
            NotRead = _notRead.IsEmpty ? null : [.. _notRead.DistinctBy(setting => (setting.Setting, setting.Cause)).OrderBy(setting => Enum.Parse<TableSetting>(setting.Setting!))],
        });
    }

    private static Task<JsonElement?> NoAnswer => Task.FromResult<JsonElement?>(null);

    private string Name => table.Name;

    private string? StreamArn => table.Table.Child("StreamSpecification")?.IsTrue("StreamEnabled") == true ? table.Table.Text("LatestStreamArn") : null;

    private Task<JsonElement?> ReadAsync<T>(
        TableSetting setting, string operation, string property, JsonValueKind kind, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        TryAsync(setting, operation, async cancel =>
        {
            var (_, raw) = await CallAsync(operation, () => call(cancel), cancel);
            return raw.Property(property, kind, operation, Name);
        }, cancellationToken);

    private Task<JsonElement?> ReadTagsAsync(CancellationToken cancellationToken) => TryAsync(TableSetting.Tags, "ListTagsOfResource", async cancel =>
    {
        var tags = new List<string>();
        string? next = null;
        do
        {
            var request = new ListTagsOfResourceRequest { ResourceArn = RequireArn(), NextToken = next };
            var (page, raw) = await CallAsync("ListTagsOfResource", () => connection.Client.ListTagsOfResourceAsync(request, cancel), cancel);
            tags.AddRange(raw.Objects("Tags").Select(tag => tag.GetRawText()));
            next = page.NextToken;
        }
        while (!string.IsNullOrEmpty(next));

        using var list = JsonDocument.Parse($"[{string.Join(',', tags)}]");
        return list.RootElement.Clone();
    }, cancellationToken);

    private Task<JsonElement?> ReadPolicyAsync(string arn, CancellationToken cancellationToken) => TryAsync(TableSetting.ResourcePolicy, "GetResourcePolicy", async cancel =>
    {
        RequireArn();
        try
        {
            var (_, raw) = await CallAsync("GetResourcePolicy", () => connection.Client.GetResourcePolicyAsync(new GetResourcePolicyRequest { ResourceArn = arn }, cancel), cancel);
            return raw;
        }
        catch (DynamoBackupException exception) when (CodeOf(exception) == "PolicyNotFoundException")
        {
            return null;
        }
    }, cancellationToken);

    private async Task<IReadOnlyList<JsonElement>?> ReadInsightsAsync(CancellationToken cancellationToken)
    {
        string?[] indexes = [null, .. table.Table.Objects("GlobalSecondaryIndexes").Select(index => index.Text("IndexName"))];
        var answers = await Task.WhenAll(indexes.Select(index => TryAsync(TableSetting.ContributorInsights, "DescribeContributorInsights", async cancel =>
        {
            var request = new DescribeContributorInsightsRequest { TableName = address, IndexName = index };
            var (_, raw) = await CallAsync("DescribeContributorInsights", () => connection.Client.DescribeContributorInsightsAsync(request, cancel), cancel);
            return raw;
        }, cancellationToken)));
        return answers.All(answer => answer is null) ? null : [.. answers.OfType<JsonElement>()];
    }

    private Task<(T Answer, JsonElement Raw)> CallAsync<T>(string operation, Func<Task<T>> call, CancellationToken cancellationToken) =>
        connection.RawAsync(call, $"call {operation}", Name, probe: false, output, cancellationToken);

    private async Task<JsonElement?> TryAsync(TableSetting setting, string operation, Func<CancellationToken, Task<JsonElement?>> read, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await read(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Note(setting, operation, SidecarNotRead.Failed, $"{operation} had no answer in {Patience.TotalSeconds:0} seconds.");
        }
        catch (DynamoBackupException exception) when (exception.Code is not (BackupErrorCode.AuthenticationFailed or BackupErrorCode.CredentialsNotFound))
        {
            var cause = exception.Code == BackupErrorCode.AccessDenied ? SidecarNotRead.Denied
                : CodeOf(exception) == "UnknownOperationException" ? SidecarNotRead.UnknownCall
                : SidecarNotRead.Failed;
            Note(setting, operation, cause, cause == SidecarNotRead.UnknownCall ? $"The endpoint does not know {operation}." : exception.Message);
        }

        return null;
    }

    /// <summary>Application Auto Scaling is another service, and this module asks DynamoDB only.</summary>
    private void NoteAutoScaling()
    {
        if (!TableBlueprint.IsOnDemand(table.Table))
            Note(TableSetting.AutoScaling, null, SidecarNotRead.OtherService, "Application Auto Scaling keeps it, with its alarms in CloudWatch, for tables with provisioned capacity.");
    }

    private void Note(TableSetting setting, string? operation, string cause, string reason) => _notRead.Enqueue(new SidecarNotRead
    {
        Setting = setting.ToString(),
        Cause = cause,
        Reason = reason,
        Action = operation is null ? "application-autoscaling:DescribeScalingPolicies" : $"dynamodb:{operation}",
    });

    private static string? CodeOf(DynamoBackupException exception) => (exception.InnerException as AmazonServiceException)?.ErrorCode;

    private string RequireArn() => table.Arn.Length > 0
        ? table.Arn
        : throw new DynamoBackupException(BackupErrorCode.RequestRefused, "The endpoint tells no ARN of the table.", Name);
}

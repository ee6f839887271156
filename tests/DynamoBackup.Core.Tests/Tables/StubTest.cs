using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Tables;

/// <summary>What tests of settings share: a stub that keeps them, and a table that has them all.</summary>
public abstract class StubTest(DynaliteFixture dynalite) : RunTest(dynalite), IAsyncLifetime
{
    protected const string Kinesis = "arn:aws:kinesis:us-east-1:000000000000:stream/changes";
    protected const string Key = "arn:aws:kms:us-east-1:000000000000:key/11111111-0000-4000-8000-000000000000";

    protected SettingsStub Stub { get; private set; } = null!;

    protected AmazonDynamoDBClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Stub = await SettingsStub.StartAsync(Dynalite.Server.Endpoint, Cancellation);
        Client = Stub.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Stub.DisposeAsync();
        Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The request of a table with two global indexes, a local one, tags and on-demand billing.</summary>
    protected static CreateTableRequest Typical(string name) => new()
    {
        TableName = name,
        AttributeDefinitions = [new("pk", "S"), new("sk", "N"), new("status", "S"), new("created", "S"), new("amount", "N")],
        KeySchema = [new("pk", KeyType.HASH), new("sk", KeyType.RANGE)],
        LocalSecondaryIndexes = [new() { IndexName = "by-amount", KeySchema = [new("pk", KeyType.HASH), new("amount", KeyType.RANGE)], Projection = new() { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = ["status", "note"] } }],
        GlobalSecondaryIndexes =
        [
            new() { IndexName = "status-created", KeySchema = [new("status", KeyType.HASH), new("created", KeyType.RANGE)], Projection = new() { ProjectionType = ProjectionType.ALL } },
            new() { IndexName = "by-created", KeySchema = [new("created", KeyType.HASH)], Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY } },
        ],
        BillingMode = BillingMode.PAY_PER_REQUEST,
        Tags = [new() { Key = "team", Value = "orders" }, new() { Key = "cost", Value = "" }, new() { Key = "env", Value = "prod" }, new() { Key = "zone", Value = "ü \"1\"" }],
    };

    /// <summary>The request of a table with all that CreateTable takes.</summary>
    protected static CreateTableRequest Everything(string name)
    {
        var request = Typical(name);
        request.AttributeDefinitions.Add(new("region", "S"));
        request.OnDemandThroughput = new() { MaxReadRequestUnits = 500 };
        request.WarmThroughput = new() { ReadUnitsPerSecond = 20_000, WriteUnitsPerSecond = 9_000 };
        request.GlobalSecondaryIndexes[0].OnDemandThroughput = new() { MaxReadRequestUnits = 100, MaxWriteRequestUnits = 50 };
        request.GlobalSecondaryIndexes[1].WarmThroughput = new() { ReadUnitsPerSecond = 15_000, WriteUnitsPerSecond = 5_000 };
        request.VectorIndexes =
        [
            new()
            {
                IndexName = "by-meaning", VectorAttribute = new() { AttributeName = "embedding" }, Dimensions = 256, DistanceFunction = VectorDistanceFunction.COSINE,
                Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY }, SearchSchema = [new() { AttributeName = "region", SearchSchemaElementType = SearchSchemaElementType.HASH }],
            },
        ];
        request.SSESpecification = new() { Enabled = true, SSEType = SSEType.KMS, KMSMasterKeyId = Key };
        request.TableClass = TableClass.STANDARD_INFREQUENT_ACCESS;
        return request;
    }

    /// <summary>Creates a table and puts items into it.</summary>
    protected async Task<string> CreateAsync(CreateTableRequest request, int items = 20)
    {
        await Client.CreateTableAsync(request, Cancellation);
        await WaitAsync(request.TableName);
        await SampleTables.FillAsync(Client, request.TableName, MixedItems.Create(items).Select((item, number) => new Dictionary<string, AttributeValue>(item) { ["sk"] = Attr.N($"{number}") }), cancellationToken: Cancellation);
        return request.TableName;
    }

    /// <summary>Turns on what comes after the creation: stream and time to live, and with <paramref name="all"/> everything else.</summary>
    protected async Task FinishAsync(string name, bool all)
    {
        await ChangeAsync(new UpdateTableRequest { TableName = name, StreamSpecification = new() { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES } });
        await Client.UpdateTimeToLiveAsync(new() { TableName = name, TimeToLiveSpecification = new() { AttributeName = "expires", Enabled = true } }, Cancellation);
        if (!all)
            return;
        var recovery = new UpdateContinuousBackupsRequest { TableName = name, PointInTimeRecoverySpecification = new() { PointInTimeRecoveryEnabled = true, RecoveryPeriodInDays = 7 } };
        await Assert.ThrowsAsync<ContinuousBackupsUnavailableException>(() => Client.UpdateContinuousBackupsAsync(recovery, Cancellation));
        await Client.UpdateContinuousBackupsAsync(recovery, Cancellation);
        await Client.EnableKinesisStreamingDestinationAsync(new() { TableName = name, StreamArn = Kinesis, EnableKinesisStreamingConfiguration = new() { ApproximateCreationDateTimePrecision = ApproximateCreationDateTimePrecision.MICROSECOND } }, Cancellation);
        await Client.UpdateContributorInsightsAsync(new() { TableName = name, ContributorInsightsAction = ContributorInsightsAction.ENABLE, ContributorInsightsMode = ContributorInsightsMode.THROTTLED_KEYS }, Cancellation);
        await Client.UpdateContributorInsightsAsync(new() { TableName = name, IndexName = "by-created", ContributorInsightsAction = ContributorInsightsAction.ENABLE }, Cancellation);
        await ReplicateAsync(name, new() { RegionName = "eu-west-1" });
        await ReplicateAsync(name, new()
        {
            RegionName = "eu-central-1",
            KMSMasterKeyId = "arn:aws:kms:eu-central-1:000000000000:key/x",
            TableClassOverride = TableClass.STANDARD,
            OnDemandThroughputOverride = new() { MaxReadRequestUnits = 70 },
            GlobalSecondaryIndexes = [new() { IndexName = "by-created", OnDemandThroughputOverride = new() { MaxReadRequestUnits = 30 } }],
        });
        var table = (await Client.DescribeTableAsync(name, Cancellation)).Table;
        foreach (var arn in new[] { table.TableArn, table.LatestStreamArn })
        {
            await Client.PutResourcePolicyAsync(new() { ResourceArn = arn, Policy = Policy(arn) }, Cancellation);
            await Assert.ThrowsAsync<PolicyNotFoundException>(() => Client.GetResourcePolicyAsync(new() { ResourceArn = arn }, Cancellation));
        }

        await ChangeAsync(new UpdateTableRequest { TableName = name, DeletionProtectionEnabled = true });
    }

    protected async Task<TableRestore> RoundTripAsync(string table, Func<RestoreRequest, RestoreRequest>? change = null)
    {
        var backup = await BackUpAsync(table, Stub.Endpoint);
        Assert.Empty(backup.Findings);
        Stub.ForgetCalls();
        var request = RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint);
        return await RestoreAsync(change?.Invoke(request) ?? request);
    }

    protected async Task WaitAsync(string name)
    {
        while ((await Client.DescribeTableAsync(name, Cancellation)).Table.TableStatus != TableStatus.ACTIVE)
            await Task.Delay(20, Cancellation);
    }

    /// <summary>Asserts that two tables differ in nothing that a user sets.</summary>
    protected async Task AssertSameAsync(string expected, string actual) => Assert.Equal(
        (await WholeDescription.ReadAsync(Stub.Endpoint, expected, Cancellation)).ToJsonString(),
        (await WholeDescription.ReadAsync(Stub.Endpoint, actual, Cancellation)).ToJsonString());

    private static string Policy(string arn) =>
        $$"""
        {
          "Version": "2012-10-17",
          "Statement": [{"Sid": "1", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": ["dynamodb:GetItem"], "Resource": "{{arn}}"}]
        }
        """;

    private async Task ChangeAsync(UpdateTableRequest change)
    {
        await WaitAsync(change.TableName);
        await Client.UpdateTableAsync(change, Cancellation);
        await WaitAsync(change.TableName);
    }

    private Task ReplicateAsync(string name, CreateReplicationGroupMemberAction creation) =>
        ChangeAsync(new UpdateTableRequest { TableName = name, ReplicaUpdates = [new() { Create = creation }] });
}

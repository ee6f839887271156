using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CsCheck;
using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Tables;

/// <summary>Whatever definition the stub can hold comes back equal, with every combination of what a table may have.</summary>
public sealed class DefinitionPropertyTests(DynaliteFixture dynalite) : StubTest(dynalite)
{
    [Fact]
    public Task Any_definition_comes_back_equal() => Samples.SampleAsync(
        async sample =>
        {
            var table = await MakeAsync(sample);
            var backup = await BackUpAsync(table, Stub.Endpoint);

            var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), Stub.Endpoint));

            Assert.DoesNotContain(result.Findings, finding => finding.Kind != FindingKind.SettingNotRead || !finding.Detail.Contains("AutoScaling", StringComparison.Ordinal));
            await AssertSameAsync(table, result.TableName);
        },
        iter: 40, threads: 2);

    private static Gen<Sample> Samples =>
        from shape in Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 2], Gen.Bool)
        from throughput in Gen.Select(Gen.Int[1, 50], Gen.Int[1, 50], Gen.Bool, Gen.Bool, Gen.Bool)
        from settings in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[0, 7], Gen.Int[0, 3])
        from later in Gen.Select(Gen.Bool, Gen.Int[0, 35], Gen.Bool, Gen.Bool, Gen.Bool)
        select new Sample
        {
            OnDemand = shape.Item1,
            SortKey = shape.Item2,
            GlobalIndexes = shape.Item3,
            LocalIndexes = shape.Item2 ? shape.Item4 : 0,
            Vector = shape.Item5,
            Reads = throughput.Item1,
            Writes = throughput.Item2,
            LimitsReads = throughput.Item3,
            LimitsWrites = throughput.Item4,
            Warm = throughput.Item5,
            Encrypted = settings.Item1,
            OwnKey = settings.Item2,
            Infrequent = settings.Item3,
            Tags = settings.Item4,
            Stream = settings.Item5,
            TimeToLive = later.Item1,
            RecoveryDays = later.Item2,
            Kinesis = later.Item3,
            Insights = later.Item4,
            Protected = later.Item5,
        };

    private async Task<string> MakeAsync(Sample sample)
    {
        var request = Request(sample, DynaliteFixture.NewName("Any"));
        var name = await CreateAsync(request, items: 0);
        string[] views = ["KEYS_ONLY", "NEW_IMAGE", "NEW_AND_OLD_IMAGES"];
        if (sample.Stream > 0)
            await Client.UpdateTableAsync(new UpdateTableRequest { TableName = name, StreamSpecification = new() { StreamEnabled = true, StreamViewType = new(views[sample.Stream - 1]) } }, Cancellation);
        if (sample.TimeToLive)
            await Client.UpdateTimeToLiveAsync(new() { TableName = name, TimeToLiveSpecification = new() { AttributeName = "until", Enabled = true } }, Cancellation);
        if (sample.RecoveryDays > 0)
        {
            var recovery = new UpdateContinuousBackupsRequest { TableName = name, PointInTimeRecoverySpecification = new() { PointInTimeRecoveryEnabled = true, RecoveryPeriodInDays = sample.RecoveryDays } };
            await Assert.ThrowsAsync<ContinuousBackupsUnavailableException>(() => Client.UpdateContinuousBackupsAsync(recovery, Cancellation));
            await Client.UpdateContinuousBackupsAsync(recovery, Cancellation);
        }

        if (sample.Kinesis)
            await Client.EnableKinesisStreamingDestinationAsync(new() { TableName = name, StreamArn = Kinesis }, Cancellation);
        if (sample.Insights)
            await Client.UpdateContributorInsightsAsync(new() { TableName = name, IndexName = request.GlobalSecondaryIndexes?[0].IndexName, ContributorInsightsAction = ContributorInsightsAction.ENABLE }, Cancellation);
        await WaitAsync(name);
        if (sample.Protected)
            await Client.UpdateTableAsync(new UpdateTableRequest { TableName = name, DeletionProtectionEnabled = true }, Cancellation);
        await WaitAsync(name);
        return name;
    }

    private static CreateTableRequest Request(Sample sample, string name)
    {
        var request = new CreateTableRequest
        {
            TableName = name,
            KeySchema = [new("pk", KeyType.HASH)],
            AttributeDefinitions = [new("pk", "B")],
            BillingMode = sample.OnDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED,
            ProvisionedThroughput = Provisioned(sample),
            OnDemandThroughput = Limits(sample),
            WarmThroughput = sample.Warm ? new() { ReadUnitsPerSecond = 13_000, WriteUnitsPerSecond = 4_000 + sample.Writes } : null,
        };
        if (sample.SortKey)
            Define("sk", KeyType.RANGE);
        if (sample.GlobalIndexes > 0)
            request.GlobalSecondaryIndexes = [.. Enumerable.Range(1, sample.GlobalIndexes).Select(Global)];
        if (sample.LocalIndexes > 0)
            request.LocalSecondaryIndexes = [.. Enumerable.Range(1, sample.LocalIndexes).Select(Local)];
        if (sample.Vector)
        {
            request.VectorIndexes =
            [
                new() { IndexName = "meaning", VectorAttribute = new() { AttributeName = "v" }, Dimensions = sample.Reads, DistanceFunction = VectorDistanceFunction.EUCLIDEAN, Projection = new() { ProjectionType = ProjectionType.ALL } },
            ];
        }

        if (sample.Encrypted)
            request.SSESpecification = new() { Enabled = true, SSEType = SSEType.KMS, KMSMasterKeyId = sample.OwnKey ? Key : null };
        if (sample.Infrequent)
            request.TableClass = TableClass.STANDARD_INFREQUENT_ACCESS;
        if (sample.Tags > 0)
            request.Tags = [.. Enumerable.Range(1, sample.Tags).Select(number => new Tag { Key = $"key {number}", Value = new string('v', number - 1) })];
        return request;

        void Define(string attribute, KeyType type)
        {
            request.KeySchema.Add(new(attribute, type));
            request.AttributeDefinitions.Add(new(attribute, "N"));
        }

        GlobalSecondaryIndex Global(int number)
        {
            request.AttributeDefinitions.Add(new($"g{number}", "S"));
            return new()
            {
                IndexName = $"global-{number}",
                KeySchema = [new($"g{number}", KeyType.HASH), new("pk", KeyType.RANGE)],
                Projection = number == 1 ? new() { ProjectionType = ProjectionType.INCLUDE, NonKeyAttributes = ["z", "a"] } : new() { ProjectionType = ProjectionType.KEYS_ONLY },
                ProvisionedThroughput = Provisioned(sample),
                OnDemandThroughput = number == 2 ? Limits(sample) : null,
            };
        }

        LocalSecondaryIndex Local(int number)
        {
            request.AttributeDefinitions.Add(new($"l{number}", "N"));
            return new() { IndexName = $"local-{number}", KeySchema = [new("pk", KeyType.HASH), new($"l{number}", KeyType.RANGE)], Projection = new() { ProjectionType = ProjectionType.ALL } };
        }
    }

    private static ProvisionedThroughput? Provisioned(Sample sample) => sample.OnDemand ? null : new(sample.Reads, sample.Writes);

    private static OnDemandThroughput? Limits(Sample sample) => sample.OnDemand && (sample.LimitsReads || sample.LimitsWrites)
        ? new() { MaxReadRequestUnits = sample.LimitsReads ? sample.Reads : null, MaxWriteRequestUnits = sample.LimitsWrites ? sample.Writes : null }
        : null;

    private sealed record Sample
    {
        public bool OnDemand { get; init; }

        public bool SortKey { get; init; }

        public int GlobalIndexes { get; init; }

        public int LocalIndexes { get; init; }

        public bool Vector { get; init; }

        public int Reads { get; init; }

        public int Writes { get; init; }

        public bool LimitsReads { get; init; }

        public bool LimitsWrites { get; init; }

        public bool Warm { get; init; }

        public bool Encrypted { get; init; }

        public bool OwnKey { get; init; }

        public bool Infrequent { get; init; }

        public int Tags { get; init; }

        public int Stream { get; init; }

        public bool TimeToLive { get; init; }

        public int RecoveryDays { get; init; }

        public bool Kinesis { get; init; }

        public bool Insights { get; init; }

        public bool Protected { get; init; }
    }
}

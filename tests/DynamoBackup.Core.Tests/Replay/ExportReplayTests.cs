using DynamoBackup.Core.Tests.Exports;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>Exports by AWS, full and incremental in both views: restored and merged as the table was when the last of them ends.</summary>
public sealed class ExportReplayTests(DynaliteFixture dynalite) : ExportTest(dynalite)
{
    private const string OwnDefinition =
        """
        {"Table":{"TableName":"ProductCatalog","TableStatus":"ACTIVE","ItemCount":0,"CreationDateTime":1604474914.028,
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
        "ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0},"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"}}}
        """;

    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(ExportChange.NewAndOldImages)]
    [InlineData(ExportChange.NewImage)]
    public async Task They_are_restored_and_merged(string view)
    {
        var (known, digest) = await ArrangeAsync(view);
        var end = Begin.AddHours(2);
        var request = RestoreOf(known[0], DynaliteFixture.NewName("restored")) with { TableDefinition = OwnDefinition };
        using var run = await PointInTimeRun.OpenAsync(new PointInTimeRequest { Restore = request, Known = known, PointInTime = end }, Output, Cancellation);
        var result = await run.RunAsync(await run.PlanAsync(null, Output, Cancellation), null, Output, Cancellation);
        Assert.Equal((digest, true, known[2].Id), (result.ContentDigest, result.Verified, result.BackupId));

        var merged = await MergeRun.RunAsync(new MergeRequest { Known = known, WorkingDirectory = WorkingDirectory }, Output, Cancellation);
        Assert.Equal((digest, end.UtcDateTime, known[0].TableArn), (merged.ContentDigest, merged.ToUtc, merged.TableArn));
        Assert.True((await VerifyAsync(merged, VerificationLevel.Content)).IsValid);
    }

    [Fact]
    public async Task Without_a_definition_they_are_held_against_the_table_that_is_there()
    {
        var (known, digest) = await ArrangeAsync(ExportChange.NewAndOldImages);
        var wrong = await NewTableAsync("Id N");
        var request = new PointInTimeRequest { Restore = RestoreOf(known[0], wrong), Known = known, PointInTime = Begin.AddHours(2) };
        using var misfit = await PointInTimeRun.OpenAsync(request, Output, Cancellation);
        var plan = await misfit.PlanAsync(null, Output, Cancellation);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => misfit.RunAsync(plan, null, Output, Cancellation));
        Assert.Equal(BackupErrorCode.KeySchemaMismatch, error.Code);
        Assert.Equal(0, await CountAsync(wrong));

        var right = await NewTableAsync("pk S");
        using var run = await PointInTimeRun.OpenAsync(request with { Restore = RestoreOf(known[0], right) }, Output, Cancellation);
        var result = await run.RunAsync(await run.PlanAsync(null, Output, Cancellation), null, Output, Cancellation);
        Assert.Equal((digest, true), (result.ContentDigest, result.Verified));
    }

    /// <summary>A full export and two incremental ones, and the digest of the table at the end.</summary>
    private async Task<(IReadOnlyList<BackupInfo> Known, string Digest)> ArrangeAsync(string view)
    {
        var writer = new ModelWriter(31, 40, Begin.ToUnixTimeSeconds());
        writer.Write(60);
        AwsExport.Create(new AwsExportOptions { Start = Begin }, writer.Items.Values.Chunk(7)).WriteTo(Store);
        for (var hour = 1; hour <= 2; hour++)
        {
            writer.Changes.Clear();
            writer.Write(60);
            var changes = ExportChange.Compact(writer.Changes.Select(change => new ExportChange(change.Second * 1_000_000, $$$"""{"pk":{"S":"{{{change.Key}}}"}}""", change.Before, change.Item)));
            var options = new AwsExportOptions { Kind = ExportKind.Incremental, Start = Begin.AddHours(hour), From = Begin.AddHours(hour - 1), To = Begin.AddHours(hour), View = view, Seed = hour };
            AwsExport.Create(options, changes.Select(change => change.ToLine(view)).Chunk(9)).WriteTo(Store);
        }

        return (await ListAsync(), SegmentSample.Measure(writer.Items.Values).Digest.ToString());
    }
}

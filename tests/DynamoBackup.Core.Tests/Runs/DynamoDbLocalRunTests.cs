using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Servers;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>The main job on a DynamoDB that Amazon itself made.</summary>
public sealed class DynamoDbLocalRunTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Fact]
    public async Task A_backup_of_it_restores_to_an_equal_table_with_its_indexes_and_its_stream()
    {
        await using var server = await DynamoDbLocal.StartAsync();
        using var client = server.CreateClient();
        await SampleTables.CreateAsync(client, "Orders", TableShape.HashOnly with { GlobalIndex = true }, Cancellation);
        await client.UpdateTableAsync(
            new UpdateTableRequest { TableName = "Orders", StreamSpecification = new() { StreamEnabled = true, StreamViewType = StreamViewType.NEW_AND_OLD_IMAGES } }, Cancellation);
        var written = await SampleTables.FillAsync(client, "Orders", [.. AwkwardItems.All().Where(IsTaken), .. MixedItems.Create(2_000)], cancellationToken: Cancellation);

        var backup = await BackUpAsync("Orders", server.Endpoint);
        var restored = await RestoreAsync(RestoreOf(backup, "Copy", server.Endpoint));

        Assert.Equal((written, written), (backup.ItemCount, restored.Written));
        Assert.True(restored.Verified);
        Assert.Equal(backup.ContentDigest, restored.ContentDigest);
        var copy = (await client.DescribeTableAsync("Copy", Cancellation)).Table;
        Assert.Equal(StreamViewType.NEW_AND_OLD_IMAGES, copy.StreamSpecification.StreamViewType);
        Assert.Equal(TableShape.GlobalIndexName, Assert.Single(copy.GlobalSecondaryIndexes).IndexName);
        Assert.DoesNotContain(restored.Findings, finding => finding.Severity > FindingSeverity.Information);
    }

    /// <summary>This server is older than DynamoDB's empty strings and empty binary values.</summary>
    private static bool IsTaken(Dictionary<string, AttributeValue> item) => item[TableShape.HashKey].S is not ("awkward: empty values" or "awkward: binary");
}

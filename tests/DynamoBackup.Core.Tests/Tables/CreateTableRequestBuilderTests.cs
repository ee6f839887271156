using System.Text.Json;
using Amazon.DynamoDBv2;
using DynamoBackup.Tables;

namespace DynamoBackup.Core.Tests.Tables;

/// <summary>DescribeTable's output must never be refused by CreateTable again (complaint 3: empty lists, read-only fields, zero throughput).</summary>
public sealed class CreateTableRequestBuilderTests
{
    private const string Keys = """
        "TableName":"Orders","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"N"}],
        "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}]
        """;

    [Theory]
    [InlineData("""{"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0}}""", true)]
    [InlineData("""{"ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0}}""", true)]
    [InlineData("""{"BillingModeSummary":{"BillingMode":"PROVISIONED"},"ProvisionedThroughput":{"ReadCapacityUnits":7,"WriteCapacityUnits":3,"NumberOfDecreasesToday":2}}""", false)]
    [InlineData("""{"ProvisionedThroughput":{"ReadCapacityUnits":7,"WriteCapacityUnits":3}}""", false)]
    public void Billing_comes_back_as_it_was(string billing, bool onDemand)
    {
        var request = Build($"{{{Keys},{billing[1..^1]}}}");

        Assert.Equal(onDemand ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED, request.BillingMode);
        Assert.Equal(onDemand ? (null, null) : (7L, 3L), (request.ProvisionedThroughput?.ReadCapacityUnits, request.ProvisionedThroughput?.WriteCapacityUnits));
    }

    [Fact]
    public void Empty_lists_and_read_only_fields_do_not_come_back()
    {
        var request = Build($$"""
            {{{Keys}},"LocalSecondaryIndexes":[],"GlobalSecondaryIndexes":[],"TableStatus":"ACTIVE","ItemCount":5,"TableArn":"arn:aws:dynamodb:us-east-1:1:table/Orders",
             "CreationDateTime":1.5,"Replicas":[],"LatestStreamArn":"x"}
            """);

        Assert.False(request.LocalSecondaryIndexes is { Count: >= 0 });
        Assert.False(request.GlobalSecondaryIndexes is { Count: >= 0 });
        Assert.Equal(["pk", "sk"], request.KeySchema.Select(key => key.AttributeName));
    }

    [Fact]
    public void Indexes_come_back_with_projection_and_throughput()
    {
        var request = Build($$$"""
            {{{{Keys}}},"BillingModeSummary":{"BillingMode":"PROVISIONED"},"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5},
             "LocalSecondaryIndexes":[{"IndexName":"l","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
                "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["a","b"]},"IndexArn":"x","ItemCount":0}],
             "GlobalSecondaryIndexes":[{"IndexName":"g","KeySchema":[{"AttributeName":"sk","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY","NonKeyAttributes":[]},
                "IndexStatus":"ACTIVE","Backfilling":false,"ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":9}}]}
            """);

        var local = Assert.Single(request.LocalSecondaryIndexes);
        Assert.Equal(("l", "INCLUDE", "a,b"), (local.IndexName, local.Projection.ProjectionType.Value, string.Join(',', local.Projection.NonKeyAttributes)));
        var global = Assert.Single(request.GlobalSecondaryIndexes);
        Assert.Equal(("g", "KEYS_ONLY"), (global.IndexName, global.Projection.ProjectionType.Value));
        Assert.False(global.Projection.NonKeyAttributes is { Count: >= 0 });
        Assert.Equal((1L, 9L), (global.ProvisionedThroughput.ReadCapacityUnits!.Value, global.ProvisionedThroughput.WriteCapacityUnits!.Value));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"TableName":"Orders","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"AttributeDefinitions":[]}""")]
    [InlineData("""{"TableName":"Orders","KeySchema":"no list","AttributeDefinitions":[]}""")]
    public void A_definition_without_a_usable_key_is_a_clear_error(string definition)
    {
        var error = Assert.Throws<DynamoBackupException>(() => Build(definition));

        Assert.Equal(BackupErrorCode.DefinitionMissing, error.Code);
    }

    private static Amazon.DynamoDBv2.Model.CreateTableRequest Build(string definition) =>
        CreateTableRequestBuilder.Build(TableBlueprint.Of(new TableDefinition(JsonDocument.Parse(definition).RootElement, null)), "Copy");
}

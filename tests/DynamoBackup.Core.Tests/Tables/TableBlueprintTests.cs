using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoBackup.Manifests;
using DynamoBackup.Tables;

namespace DynamoBackup.Core.Tests.Tables;

/// <summary>Descriptions in DescribeTable's shape and in CreateTable's come to one plain form, without states and defaults.</summary>
public sealed class TableBlueprintTests
{
    private const string Key = """
        "TableName":"Orders","TableArn":"arn:aws:dynamodb:us-east-1:123456789012:table/Orders",
        "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"old","AttributeType":"N"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]
        """;

    [Theory]
    [InlineData("""{"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"}}""", """{"BillingMode":"PAY_PER_REQUEST"}""")]
    [InlineData("""{"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"TableClassSummary":{"TableClass":"STANDARD_INFREQUENT_ACCESS","LastUpdateDateTime":1}}""", """{"BillingMode":"PAY_PER_REQUEST","TableClass":"STANDARD_INFREQUENT_ACCESS"}""")]
    [InlineData("""{"BillingMode":"PAY_PER_REQUEST","SSEDescription":{"Status":"ENABLED","SSEType":"KMS","KMSMasterKeyArn":"k"}}""", """{"BillingMode":"PAY_PER_REQUEST","SSESpecification":{"Enabled":true,"SSEType":"KMS","KMSMasterKeyId":"k"}}""")]
    [InlineData("""{"ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3,"NumberOfDecreasesToday":1}}""", """{"BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":2,"WriteCapacityUnits":3}}""")]
    public void Both_shapes_come_to_the_same(string described, string created) =>
        Assert.Equal(Read(described).Sections.ToJsonString(), Read(created).Sections.ToJsonString());

    [Theory]
    [InlineData("""{"DeletionProtectionEnabled":false,"Replicas":[],"GlobalSecondaryIndexes":[],"LocalSecondaryIndexes":[],"VectorIndexes":[],"Tags":[]}""")]
    [InlineData("""{"TableClassSummary":{"TableClass":"STANDARD"},"SSEDescription":{"Status":"DISABLED"},"StreamSpecification":{"StreamEnabled":false}}""")]
    [InlineData("""{"OnDemandThroughput":{"MaxReadRequestUnits":-1,"MaxWriteRequestUnits":-1},"WarmThroughput":{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"}}""")]
    [InlineData("""{"GlobalSecondaryIndexes":[{"IndexName":"going","IndexStatus":"DELETING","KeySchema":[{"AttributeName":"old","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}""")]
    [InlineData("""{"Replicas":[{"RegionName":"us-east-1","ReplicaStatus":"ACTIVE"},{"RegionName":"eu-west-1","ReplicaStatus":"CREATION_FAILED"}]}""")]
    [InlineData("""{"DeletionProtectionEnabled":null,"TableClassSummary":null,"OnDemandThroughput":null,"WarmThroughput":null,"StreamSpecification":null}""")]
    public void What_is_off_empty_or_at_its_default_is_not_there(string described) =>
        Assert.Equal(["KeySchema", "BillingMode"], Read(described).Sections.Select(section => section.Key));

    [Fact]
    public void Attributes_that_no_key_uses_are_not_defined_again()
    {
        var request = CreateTableRequestBuilder.Build(Read("{}"), "Copy");

        Assert.Equal("pk", Assert.Single(request.AttributeDefinitions).AttributeName);
        Assert.Null(request.Tags);
        Assert.Null(request.SSESpecification);
        Assert.Null(request.OnDemandThroughput);
        Assert.Null(request.WarmThroughput);
        Assert.Null(request.VectorIndexes);
    }

    [Fact]
    public void One_limit_of_two_stays_one()
    {
        var request = CreateTableRequestBuilder.Build(Read("""{"OnDemandThroughput":{"MaxReadRequestUnits":-1,"MaxWriteRequestUnits":40}}"""), "Copy");

        Assert.Equal((null, 40L), (request.OnDemandThroughput.MaxReadRequestUnits, request.OnDemandThroughput.MaxWriteRequestUnits));
    }

    [Fact]
    public void Tags_of_AWSs_services_are_told_and_not_set()
    {
        var blueprint = Read("""{"Tags":[{"Key":"aws:cloudformation:stack-name","Value":"s"},{"Key":"team","Value":"t"}]}""");

        Assert.Equal("""{"team":"t"}""", blueprint.Section(TableSetting.Tags)!.ToJsonString());
        Assert.Equal(TableSetting.Tags, Assert.Single(blueprint.OutOfReach).Setting);
    }

    [Theory]
    [InlineData("""{"GlobalSecondaryIndexes":[{"IndexName":"g","KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}]}""")]
    [InlineData("""{"GlobalSecondaryIndexes":[{"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}""")]
    [InlineData("""{"GlobalSecondaryIndexes":[{"IndexName":"g","KeySchema":[{"AttributeName":"undefined","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]}""")]
    [InlineData("""{"VectorIndexes":[{"IndexName":"v","Projection":{"ProjectionType":"ALL"},"VectorAttribute":{}}]}""")]
    [InlineData("""{"Tags":[{"Value":"t"}]}""")]
    [InlineData("""{"Replicas":[{"ReplicaStatus":"ACTIVE"}]}""")]
    public void What_is_not_complete_is_a_clear_error(string described)
    {
        var error = Assert.Throws<DynamoBackupException>(() => Read(described));

        Assert.Equal(BackupErrorCode.DefinitionMissing, error.Code);
        Assert.Contains("by hand", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_is_made_the_new_tables_and_other_ARNs_stay()
    {
        const string Old = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
        const string New = "arn:aws:dynamodb:eu-west-1:999999999999:table/Copy";
        var policy = $$"""{"Statement":[{"Resource":["{{Old}}","{{Old}}/index/*","{{Old}}-archive","{{Old}}/stream/1","*"]}]}""";

        var read = PolicyText.Read(policy, Old, $"{Old}/stream/1");

        Assert.Equal($$"""{"Statement":[{"Resource":["{{New}}","{{New}}/index/*","{{Old}}-archive","{{New}}/stream/2","*"]}]}""", PolicyText.Write(read, New, $"{New}/stream/2"));
    }

    [Fact]
    public void Policies_are_the_same_however_their_JSON_is_spelled()
    {
        Assert.True(PolicyText.IsSame("""{"a":1,"b":["x"]}""", """{ "b": ["x"], "a": 1 }"""));
        Assert.False(PolicyText.IsSame("""{"a":1}""", """{"a":2}"""));
        Assert.False(PolicyText.IsSame("no JSON", """{"a":2}"""));
        Assert.False(PolicyText.IsSame(null, """{"a":2}"""));
    }

    [Fact]
    public void Warm_throughput_may_have_grown_and_must_not_have_shrunk()
    {
        var wanted = Read("""{"WarmThroughput":{"ReadUnitsPerSecond":20000,"WriteUnitsPerSecond":9000}}""");
        var grown = Read("""{"WarmThroughput":{"ReadUnitsPerSecond":30000,"WriteUnitsPerSecond":9000}}""");

        Assert.Empty(DefinitionComparison.Compare(wanted, grown));
        Assert.Empty(DefinitionComparison.Compare(Read("{}"), grown));
        Assert.Equal("WarmThroughput", Assert.Single(DefinitionComparison.Compare(grown, wanted)).Section);
    }

    [Fact]
    public void Every_difference_of_an_index_is_told_with_its_name()
    {
        var wanted = Read(Index("ALL"));
        var found = Read(Index("KEYS_ONLY"));

        var difference = Assert.Single(DefinitionComparison.Compare(wanted, found));
        Assert.Equal(("GlobalSecondaryIndexes", "Projection of index 'by-old'"), (difference.Section, difference.What));
        Assert.Equal("index 'by-old'", Assert.Single(DefinitionComparison.Compare(wanted, Read("{}"))).What);

        static string Index(string projection) =>
            $$$"""{"GlobalSecondaryIndexes":[{"IndexName":"by-old","KeySchema":[{"AttributeName":"old","KeyType":"HASH"}],"Projection":{"ProjectionType":"{{{projection}}}"}}]}""";
    }

    private static TableBlueprint Read(string described)
    {
        var table = JsonNode.Parse($"{{{Key}}}")!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(described)!.AsObject())
            table[name] = value?.DeepClone();
        using var document = JsonDocument.Parse(table.ToJsonString());
        return TableBlueprint.Of(new TableDefinition(new SidecarDefinition { Table = document.RootElement.Clone() }));
    }
}

using DynamoBackup.Tables;

namespace DynamoBackup.Core.Tests.Tables;

public sealed class GivenDefinitionTests
{
    private const string Body = """
        "KeySchema":[{"AttributeName":"at","KeyType":"RANGE"},{"AttributeName":"id","KeyType":"HASH"}],
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},{"AttributeName":"at","AttributeType":"N"},{"AttributeName":"by","AttributeType":"B"}]
        """;

    [Theory]
    [InlineData("{\"Table\":{$}}")]
    [InlineData("{\"TableDescription\":{$}}")]
    [InlineData("{$}")]
    [InlineData("{\"TableName\":\"Orders\",\"BillingMode\":\"PAY_PER_REQUEST\",$,\"Tags\":[]}")]
    public void DescribeTables_answer_its_table_and_a_CreateTable_request_are_read(string form)
    {
        var table = GivenDefinition.Parse(form.Replace("$", Body, StringComparison.Ordinal));
        Assert.Equal(["id (S)", "at (N)"], table.Key.Select(attribute => attribute.ToString()));
        Assert.Equal(3, table.KeyAttributes.Count);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("<table/>", "not JSON")]
    [InlineData("[]", "not one table")]
    [InlineData("\"Orders\"", "not one table")]
    [InlineData("null", "not one table")]
    [InlineData("{}", "no key schema")]
    [InlineData("{\"Table\":\"Orders\"}", "no key schema")]
    [InlineData("{\"TableNames\":[\"Orders\"]}", "no key schema")]
    [InlineData("{\"KeySchema\":[],\"AttributeDefinitions\":[]}", "no key schema")]
    [InlineData("{\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[]}", "no key schema")]
    [InlineData("{\"KeySchema\":5,\"AttributeDefinitions\":{}}", "no key schema")]
    public void Anything_else_is_refused_with_the_next_step(string json, string words)
    {
        var error = Assert.Throws<DynamoBackupException>(() => GivenDefinition.Parse(json));
        Assert.Equal(BackupErrorCode.InvalidArgument, error.Code);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains("aws dynamodb describe-table", error.Message, StringComparison.Ordinal);
    }
}

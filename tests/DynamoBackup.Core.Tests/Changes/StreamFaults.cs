using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Changes;

/// <summary>Errors as DynamoDB Streams sends them.</summary>
internal static class StreamFaults
{
    public static ProxyAnswer Error(string code) =>
        ProxyAnswer.Json(400, $$"""{"__type":"com.amazonaws.dynamodb.v20120810#{{code}}","message":"{{code}}, says the test."}""");
}

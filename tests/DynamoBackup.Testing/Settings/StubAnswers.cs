using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>Short ways to answer.</summary>
internal static class StubAnswers
{
    private const string Model = "com.amazonaws.dynamodb.v20120810#";

    public static ProxyAnswer Ok(JsonNode answer) => ProxyAnswer.Json(200, answer.ToJsonString());

    public static ProxyAnswer Nothing() => ProxyAnswer.Json(200, "{}");

    public static ProxyAnswer Error(string name, string message) => DynamoErrors.Error(400, Model + name, message);

    public static ProxyAnswer InUse(string table) => Error("ResourceInUseException", $"Attempt to change a resource which is still in use: Table is being updated: {table}");
}

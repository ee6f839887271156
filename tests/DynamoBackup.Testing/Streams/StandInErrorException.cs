namespace DynamoBackup.Testing;

/// <summary>What the stand-in answers with an error.</summary>
internal sealed class StandInErrorException(string code, string message) : Exception(message)
{
    public ProxyAnswer ToAnswer() => DynamoErrors.Error(400, (code == "ValidationException" ? "com.amazon.coral.validate#" : "com.amazonaws.dynamodb.v20120810#") + code, Message);
}

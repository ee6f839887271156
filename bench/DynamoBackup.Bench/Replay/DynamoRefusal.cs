using System.Text.Json;

namespace DynamoBackup.Bench.Replay;

/// <summary>A call that is refused, with DynamoDB's own error.</summary>
internal sealed class DynamoRefusal(string type, string message) : Exception(message)
{
    private const string Model = "com.amazonaws.dynamodb.v20120810#";

    /// <summary>The answer's body.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["__type"] = type, ["message"] = Message });

    /// <summary>There is no such table, or other thing.</summary>
    public static DynamoRefusal NotFound(string message = "Requested resource not found") => new(Model + "ResourceNotFoundException", message);

    /// <summary>The thing is there already.</summary>
    public static DynamoRefusal InUse(string message) => new(Model + "ResourceInUseException", message);

    /// <summary>A resource has no policy.</summary>
    public static DynamoRefusal NoPolicy() => new(Model + "PolicyNotFoundException", "No policy found for the specified resource ARN");

    /// <summary>The request makes no sense, or asks for what this server cannot do.</summary>
    public static DynamoRefusal Invalid(string message) => new("com.amazon.coral.validate#ValidationException", message);

    /// <summary>The call is not known.</summary>
    public static DynamoRefusal Unknown() => new("com.amazon.coral.service#UnknownOperationException", "The replay server does not know this call.");

    /// <summary>The request cannot be read.</summary>
    public static DynamoRefusal Malformed(string why) => new("com.amazon.coral.service#SerializationException", why);
}

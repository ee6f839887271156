using Amazon.DynamoDBv2;

namespace DynamoBackup.Bench.Work;

/// <summary>The AWS SDK's client as it comes, pointed at the server.</summary>
internal static class SdkClient
{
    // The key goes with the service's address alone; the server takes any.
    public static AmazonDynamoDBClient New(string endpoint) =>
        new("bench", "bench", new AmazonDynamoDBConfig { ServiceURL = endpoint, AuthenticationRegion = "us-east-1" });
}

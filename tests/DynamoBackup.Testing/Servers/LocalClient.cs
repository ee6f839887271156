using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace DynamoBackup.Testing;

/// <summary>Clients for servers on this machine.</summary>
internal static class LocalClient
{
    public const string Region = "us-east-1";

    public static AmazonDynamoDBClient Create(Uri endpoint)
    {
        // The SDK's ten retries take a minute and a half to give up, which no test wants to wait for.
        var config = new AmazonDynamoDBConfig { ServiceURL = endpoint.AbsoluteUri, AuthenticationRegion = Region, MaxErrorRetry = 3 };

        // A proxy that the user's environment names must not come between us and our own machine.
        config.SetWebProxy(new WebProxy());
        return new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), config);
    }
}

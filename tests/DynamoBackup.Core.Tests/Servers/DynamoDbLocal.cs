using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Servers;

/// <summary>Amazon's DynamoDB Local for those tests that want a second opinion; the user asks for it, or the test is skipped.</summary>
internal static class DynamoDbLocal
{
    public static async Task<DynamoDbLocalServer> StartAsync()
    {
        Assert.SkipUnless(DynamoDbLocalServer.WhyMissing() is null, DynamoDbLocalServer.WhyMissing() ?? "");
        return await DynamoDbLocalServer.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
    }
}

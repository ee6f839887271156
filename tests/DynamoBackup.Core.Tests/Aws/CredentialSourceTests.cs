using System.Text.RegularExpressions;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Aws;

/// <summary>Given credentials sign DynamoDB's requests, and those that are signed again with another body.</summary>
public sealed partial class CredentialSourceTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Fact]
    public async Task Credentials_that_are_renewed_on_the_way_sign_every_later_request()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(200)));
        await using var proxy = await Dynalite.NewProxyAsync();
        var (keys, used) = (new AwsKeys("FIRST", "first-secret", "first-token"), new List<(string Operation, string Key, string Token)>());
        proxy.OnRequest = exchange =>
        {
            lock (used) used.Add((exchange.Operation, KeyOf(exchange.RequestHeaders.Authorization.ToString()), exchange.RequestHeaders["X-Amz-Security-Token"].ToString()));
            if (exchange.Operation == "CreateTable") keys = new AwsKeys("SECOND", "second-secret", null);
            return Task.CompletedTask;
        };
        var connection = DynaliteFixture.ConnectTo(proxy.Endpoint) with { AccessKey = "ignored", SecretKey = "ignored", CredentialSource = () => keys };

        await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("copy")) with { Connection = connection });

        Assert.Contains(used, request => request is { Operation: "CreateTable", Key: "FIRST", Token: "first-token" });
        Assert.Contains(used, request => request is { Operation: "BatchWriteItem", Key: "SECOND", Token: "" });
        Assert.DoesNotContain(used, request => request.Key is not ("FIRST" or "SECOND"));
        Assert.DoesNotContain(used, request => request is { Operation: "BatchWriteItem", Key: "FIRST" });
    }

    [Fact]
    public async Task Credentials_that_cannot_be_given_are_an_error_that_says_so()
    {
        var request = RequestFor("orders");
        request = request with { Connection = request.Connection with { CredentialSource = () => throw new InvalidOperationException("the vault is closed") } };
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => BackupRun.RunAsync(request, Output, Cancellation));
        Assert.Equal(BackupErrorCode.CredentialsNotFound, exception.Code);
        Assert.Contains("the vault is closed", exception.Message, StringComparison.Ordinal);
    }

    private static string KeyOf(string authorization) => Credential().Match(authorization).Groups[1].Value;

    [GeneratedRegex("Credential=([^/]+)/")]
    private static partial Regex Credential();
}

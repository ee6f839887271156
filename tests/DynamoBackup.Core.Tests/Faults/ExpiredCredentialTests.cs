using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>Credentials that expire in mid-run are waited for where someone may renew them.</summary>
public sealed class ExpiredCredentialTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    private const string Token = "IQoJb3JpZ2luX2VjEJr0testonly";
    private volatile AwsKeys _keys = new("expired", "secret", Token);

    [Fact]
    public async Task A_run_goes_on_with_keys_that_are_renewed_after_the_old_ones_expired()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000));
        await using var proxy = await NewExpiringProxyAsync(renewAfter: 4);

        var backup = await BackUpAsync(RequestFor(table) with { Connection = Connect(proxy, TimeSpan.FromSeconds(30)) });

        Assert.Equal(2_000, backup.ItemCount);
        Assert.Contains(Output.Messages, message => message.Contains("expired", StringComparison.Ordinal));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
    }

    [Fact]
    public async Task Keys_that_nobody_renews_end_the_run_when_the_patience_does_and_leave_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000));
        await using var proxy = await NewExpiringProxyAsync(renewAfter: int.MaxValue);

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(RequestFor(table) with { Connection = Connect(proxy, TimeSpan.FromSeconds(1)) }));

        Assert.Equal(BackupErrorCode.AuthenticationFailed, error.Code);
        Assert.Contains("have expired", error.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Keys_that_were_given_as_such_cannot_be_renewed_and_end_the_run_at_once()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000));
        await using var proxy = await NewExpiringProxyAsync(renewAfter: int.MaxValue);
        var connection = DynaliteFixture.ConnectTo(proxy.Endpoint) with { AccessKey = "expired", SessionToken = Token, Patience = TimeSpan.FromMinutes(5) };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(RequestFor(table) with { Connection = connection, Segments = 1 }));

        Assert.Equal(BackupErrorCode.AuthenticationFailed, error.Code);
        Assert.Equal(1, proxy.RequestCount("Scan"));
        AssertNothingLeft();
    }

    private AwsConnection Connect(DynamoProxy proxy, TimeSpan patience) =>
        new() { EndpointUrl = proxy.Endpoint.AbsoluteUri, Region = "us-east-1", CredentialSource = () => _keys, Patience = patience };

    /// <summary>The keys expire when the scan begins, and are renewed when so many requests were refused.</summary>
    private async Task<DynamoProxy> NewExpiringProxyAsync(int renewAfter)
    {
        var proxy = await Dynalite.NewProxyAsync();
        var refused = 0;
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation != "Scan" || !exchange.RequestHeaders.Authorization.ToString().Contains("Credential=expired/", StringComparison.Ordinal))
                return Task.CompletedTask;
            if (Interlocked.Increment(ref refused) == renewAfter)
                _keys = new AwsKeys("renewed", "secret", Token);
            exchange.Respond(DynamoErrors.ExpiredToken());
            return Task.CompletedTask;
        };
        return proxy;
    }
}

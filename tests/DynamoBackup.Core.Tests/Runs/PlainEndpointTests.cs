using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>An endpoint that knows few of the calls about settings, as local servers do: told once, and no obstacle.</summary>
public sealed class PlainEndpointTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Fact]
    public async Task What_the_endpoint_does_not_know_is_one_warning_and_findings_and_the_table_comes_back()
    {
        await using var server = await DynaliteServer.StartAsync(new DynaliteOptions { IsPlain = true }, cancellationToken: Cancellation);
        using var client = server.CreateClient();
        await SampleTables.CreateAsync(client, "Orders", cancellationToken: Cancellation);
        await SampleTables.FillAsync(client, "Orders", MixedItems.Create(30), cancellationToken: Cancellation);

        var backup = await BackUpAsync("Orders", server.Endpoint);

        Assert.Contains("the endpoint does not know the call", Assert.Single(Output.Warnings), StringComparison.Ordinal);
        Assert.All(backup.Findings, finding => Assert.Equal((FindingSeverity.Information, FindingKind.SettingNotRead, "Orders"), (finding.Severity, finding.Kind, finding.File)));
        Assert.NotEmpty(backup.Findings);
        Assert.False(backup.IsDamaged);
        var proof = await VerifyAsync(backup, VerificationLevel.Content);
        Assert.Empty(proof.Findings);

        var restored = await RestoreAsync(RestoreOf(backup, "Copy", server.Endpoint));
        Assert.True(restored.Verified);
        Assert.DoesNotContain(restored.Findings, finding => finding.Severity > FindingSeverity.Information);
    }
}

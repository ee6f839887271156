using DynamoBackup.Core.Tests.Exports;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Security;

/// <summary>
/// The policies in docs/SECURITY.md are least privilege: each role's work is done through a proxy that refuses what the policy does not allow, and what the
/// policy allows is really called.
/// </summary>
public sealed class PolicyTests(DynaliteFixture dynalite) : ExportTest(dynalite)
{
    private static readonly string[] Roles = ["backup", "backup-changes", "restore-new", "restore-existing", "verify-live", "store-write", "store-read", "store-remove"];

    [Fact]
    public async Task A_backup_needs_what_its_policy_allows()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(40));
        var called = await CallsOfAsync("backup", async endpoint => Assert.Equal(40, (await BackUpAsync(table, endpoint)).ItemCount));
        RolePolicy.Of("backup").AssertFits("dynamodb", called);
    }

    [Fact]
    public async Task Wildcards_need_the_listing_of_tables()
    {
        var called = await CallsOfAsync("backup", endpoint => TableListRun.RunAsync(DynaliteFixture.ConnectTo(endpoint), Output, Cancellation));
        Assert.Equal(["dynamodb:ListTables"], called.Select(IamAction.Of));
        Assert.Contains("dynamodb:ListTables", RolePolicy.Of("backup").Conditional);
    }

    [Fact]
    public async Task A_restore_into_a_new_table_needs_what_its_policy_allows()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(40)));
        var export = await ExportBesideAsync(backup);
        var called = await CallsOfAsync("restore-new", async endpoint =>
        {
            Assert.True((await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("New"), endpoint))).Verified);
            Assert.True((await RestoreAsync(RestoreOf(export, DynaliteFixture.NewName("New"), endpoint) with { TableDefinition = Definition })).Verified);
        });
        RolePolicy.Of("restore-new").AssertFits("dynamodb", called);
    }

    [Fact]
    public async Task A_restore_that_fails_needs_to_delete_the_table_that_it_created()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(40)));
        var target = DynaliteFixture.NewName("New");
        var called = await CallsOfAsync("restore-new", async endpoint =>
        {
            await using var failing = await DynamoProxy.StartAsync(endpoint, Cancellation);
            failing.OnRequest = exchange =>
            {
                if (exchange.Operation == "BatchWriteItem")
                    exchange.Respond(DynamoErrors.Validation("Not today."));
                return Task.CompletedTask;
            };
            await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, target, failing.Endpoint)));
        });
        Assert.Contains("DeleteTable", called);
        Assert.Contains("dynamodb:DeleteTable", RolePolicy.Of("restore-new").Conditional);
        Assert.False(await Dynalite.TableExistsAsync(target));
    }

    [Fact]
    public async Task A_restore_into_an_existing_table_needs_what_its_policy_allows()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(40));
        var backup = await BackUpAsync(table);
        var export = await ExportBesideAsync(backup);
        var empty = await NewTableAsync("Id N");
        var called = await CallsOfAsync("restore-existing", async endpoint =>
        {
            Assert.True((await RestoreAsync(RestoreOf(backup, table, endpoint) with { Mode = RestoreMode.Overwrite })).Verified);
            Assert.True((await RestoreAsync(RestoreOf(export, empty, endpoint))).Verified);
            await SampleTables.DeleteAsync(Dynalite.Client, table, (await Dynalite.Client.ScanAsync(table, ["pk"], Cancellation)).Items.Take(5), Cancellation);
            Assert.True((await RestoreAsync(RestoreOf(backup, table, endpoint) with { Mode = RestoreMode.Supplement })).Verified);
            await Dynalite.Client.PutItemAsync(table, new() { ["pk"] = Attr.S("extra") }, Cancellation);
            Assert.True((await RestoreAsync(RestoreOf(backup, table, endpoint) with { Mode = RestoreMode.Replace, Safe = true })).Verified);
        });
        RolePolicy.Of("restore-existing").AssertFits("dynamodb", called);
    }

    [Fact]
    public async Task A_comparison_with_the_live_table_needs_what_its_policy_allows()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(40));
        var backup = await BackUpAsync(table);
        var called = await CallsOfAsync("verify-live", async endpoint =>
        {
            var request = new VerifyRequest { Source = backup.Location, Path = backup.Path, Level = VerificationLevel.Live, Connection = DynaliteFixture.ConnectTo(endpoint) };
            Assert.True((await VerifyRun.RunAsync(request, Output, Cancellation)).IsValid);
        });
        RolePolicy.Of("verify-live").AssertFits("dynamodb", called);
    }

    [Theory]
    [InlineData(VerificationLevel.Structure)]
    [InlineData(VerificationLevel.Checksum)]
    [InlineData(VerificationLevel.Content)]
    public async Task Below_Live_a_verification_calls_no_table_at_all(VerificationLevel level)
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(5)));
        await using var proxy = await Dynalite.NewProxyAsync();
        var request = new VerifyRequest { Source = backup.Location, Path = backup.Path, Level = level, Connection = DynaliteFixture.ConnectTo(proxy.Endpoint) };
        Assert.True((await VerifyRun.RunAsync(request, Output, Cancellation)).IsValid);
        Assert.Empty(proxy.Requests);
    }

    [Fact]
    public void Each_role_has_one_policy_that_names_actions_one_by_one_and_resources_by_name()
    {
        Assert.Equal(Roles, RolePolicy.All.Select(policy => policy.Role));
        foreach (var policy in RolePolicy.All)
        {
            Assert.Equal("2012-10-17", policy.Version);
            Assert.Equal(policy.Actions.Distinct(), policy.Actions);
            Assert.Empty(policy.Conditional.Except(policy.Actions));
            Assert.All(policy.Actions, action => Assert.Matches("^(dynamodb|s3|kms):[A-Z][A-Za-z]+$", action));
            Assert.All(policy.Statements, statement =>
            {
                Assert.Equal("Allow", statement.GetProperty("Effect").GetString());
                var lists = RolePolicy.Texts(statement, "Action").Contains("dynamodb:ListTables");
                Assert.All(RolePolicy.Texts(statement, "Resource"), resource => Assert.True(resource.StartsWith("arn:aws:", StringComparison.Ordinal) || (lists && resource == "*"), resource));
            });
        }
    }

    /// <summary>Does a role's work through a proxy that keeps to the role's policy.</summary>
    /// <returns>The operations that were called.</returns>
    private async Task<IReadOnlyCollection<string>> CallsOfAsync(string role, Func<Uri, Task> work)
    {
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = RolePolicy.Of(role).EnforceAsync;
        await work(proxy.Endpoint);
        return [.. proxy.Requests.Keys];
    }

    /// <summary>An export by AWS in the same store.</summary>
    private async Task<BackupInfo> ExportBesideAsync(BackupInfo backup)
    {
        AwsExport.Create(new(), Files).WriteTo(Store);
        return Assert.Single(await ListAsync(), other => other.Id != backup.Id);
    }
}

using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Tables;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Security;

/// <summary>With every setting that there is, the policies for backup and restore are used to the last action that settings need.</summary>
public sealed class SettingPolicyTests(DynaliteFixture dynalite) : StubTest(dynalite)
{
    [Fact]
    public async Task A_table_with_every_setting_needs_every_action_about_settings_and_comes_back_whole()
    {
        var table = await CreateAsync(Everything(DynaliteFixture.NewName("Orders")));
        await FinishAsync(table, all: true);
        BackupInfo? backup = null;

        var reading = await CallsOfAsync("backup", async endpoint => backup = await BackUpAsync(table, endpoint));
        var writing = await CallsOfAsync("restore-new", async endpoint =>
        {
            var result = await RestoreAsync(RestoreOf(backup!, DynaliteFixture.NewName("Restored"), endpoint));
            Assert.True(result.Verified);
            Assert.Empty(result.Findings);
            await AssertSameAsync(table, result.TableName);
        });

        Assert.Empty(backup!.Findings);
        // Tables are listed for wildcards only; the table that was created was filled; tags went out with its creation, which AWS allows by TagResource.
        Assert.Equal(["dynamodb:ListTables"], RolePolicy.Of("backup").Actions.Except(reading));
        Assert.Equal(["dynamodb:TagResource", "dynamodb:DeleteTable"], RolePolicy.Of("restore-new").Actions.Except(writing));
    }

    [Fact]
    public async Task An_endpoint_that_ignores_the_tags_of_a_creation_is_asked_to_set_them()
    {
        var table = await CreateAsync(Typical(DynaliteFixture.NewName("Orders")));
        var backup = await BackUpAsync(table, Stub.Endpoint);
        await using var forgetful = await DynamoProxy.StartAsync(Stub.Endpoint, Cancellation);
        forgetful.OnRequest = exchange =>
        {
            if (exchange.Operation == "CreateTable")
            {
                var request = exchange.RequestJson();
                request.AsObject().Remove("Tags");
                exchange.RequestBody = System.Text.Encoding.UTF8.GetBytes(request.ToJsonString());
            }

            return Task.CompletedTask;
        };

        var result = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Restored"), forgetful.Endpoint));

        Assert.Equal(1, forgetful.RequestCount("TagResource"));
        Assert.Empty(result.Findings);
        await AssertSameAsync(table, result.TableName);
    }

    private async Task<IReadOnlyCollection<string>> CallsOfAsync(string role, Func<Uri, Task> work)
    {
        await using var proxy = await DynamoProxy.StartAsync(Stub.Endpoint, Cancellation);
        proxy.OnRequest = RolePolicy.Of(role).EnforceAsync;
        await work(proxy.Endpoint);
        return [.. proxy.Requests.Keys.Select(IamAction.Of)];
    }
}

using System.Collections.Concurrent;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Security;

/// <summary>The policies for a backup and for a table's changes are, together, what an incremental backup needs, and the latter is all that the stream does.</summary>
public sealed class StreamPolicyTests(DynaliteFixture dynalite) : StreamTest(dynalite)
{
    [Fact]
    public async Task Changes_need_what_their_policy_allows()
    {
        var called = new ConcurrentDictionary<string, bool>();
        Streams.OnRequest = exchange =>
        {
            var action = IamAction.Of(exchange.Operation);
            called[action] = true;
            if (!RolePolicy.Of("backup").Actions.Concat(RolePolicy.Of("backup-changes").Actions).Contains(action))
                exchange.Respond(DynamoErrors.AccessDenied(action));
            return Task.CompletedTask;
        };
        var table = await Dynalite.NewTableAsync(MixedItems.Create(5));
        await Streams.EnableStreamAsync(table);
        Assert.Equal(BackupExactness.Exact, Assert.Single(await IncrementAsync(table)).Exactness);
        Assert.Single(await IncrementAsync(table));
        Assert.Empty(RolePolicy.Of("backup-changes").Actions.Except(called.Keys));
    }
}

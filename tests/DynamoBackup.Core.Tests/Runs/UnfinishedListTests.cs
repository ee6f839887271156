using DynamoBackup.Manifests;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

public sealed class UnfinishedListTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Fact]
    public async Task Unfinished_backups_are_listed_on_request_only_with_what_is_stored_and_who_is_at_work()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000));
        var complete = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.OperationNumber > 9)
                exchange.Respond(DynamoErrors.AccessDenied());
            return Task.CompletedTask;
        };
        await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(RequestFor(table, proxy.Endpoint) with { Resume = true, MaxFileBytes = 1, Compression = BackupCompression.None, ReadLimit = new CapacityLimit(400, null) }));
        var bare = BackupLayout.FolderOf(table, BackupId.Create(DateTimeOffset.UtcNow.AddDays(-1)));
        Directory.CreateDirectory(Path.Combine(Store, bare));
        await File.WriteAllTextAsync(Path.Combine(Store, bare, BackupLayout.Started), "", Cancellation);

        Assert.Equal(complete.Id, Assert.Single(await ListAsync()).Id);
        var unfinished = await CatalogRun.RunAsync(new BackupQuery { Sources = [Store], Unfinished = true }, Output, Cancellation);

        Assert.Equal(2, unfinished.Count);
        Assert.All(unfinished, backup => Assert.True(backup is { IsUnfinished: true, IsDamaged: false } && backup.TableName == table && backup.CompletedUtc is null));
        Assert.Equal((0L, ""), (unfinished[0].ItemCount, unfinished[0].TableArn));
        Assert.InRange(DateTime.UtcNow - unfinished[0].StartedUtc, TimeSpan.FromHours(23), TimeSpan.FromHours(25));
        Assert.InRange(unfinished[1].ItemCount, 1, 1_999);
        Assert.True(unfinished[1].FileCount > 0 && unfinished[1].TableArn.EndsWith(table, StringComparison.Ordinal));
        Assert.Contains("no run is at work on it", Assert.Single(unfinished[1].Findings).Detail, StringComparison.Ordinal);
    }
}

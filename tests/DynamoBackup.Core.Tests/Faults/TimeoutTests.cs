using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>Throttling is waited out for as long as it lasts, and -Timeout ends a run that takes too long.</summary>
public sealed class TimeoutTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Throttling_for_longer_than_the_patience_with_failures_costs_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(300));
        await using var proxy = await Dynalite.NewProxyAsync();
        var until = DateTime.MaxValue;
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation is not ("Scan" or "BatchWriteItem"))
                return Task.CompletedTask;
            if (exchange.OperationNumber == 1)
                until = DateTime.UtcNow.AddSeconds(2.5);
            if (DateTime.UtcNow < until)
                exchange.Respond(exchange.OperationNumber % 2 == 0 ? DynamoErrors.Throttling() : DynamoErrors.RequestLimitExceeded());
            return Task.CompletedTask;
        };
        var impatient = DynaliteFixture.ConnectTo(proxy.Endpoint) with { Patience = TimeSpan.FromSeconds(1) };

        var backup = await BackUpAsync(RequestFor(table) with { Connection = impatient, Segments = 2 });
        var restored = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy")) with { Connection = impatient });

        Assert.Equal(backup.ContentDigest, restored.ContentDigest);
        Assert.True(restored.Verified);
    }

    [Fact]
    public async Task A_backup_that_is_throttled_for_ever_ends_at_its_limit_says_how_far_it_was_and_leaves_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(6_000));
        await using var proxy = await NewThrottlingProxyAsync("Scan", from: 2);

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(RequestFor(table, proxy.Endpoint) with { Segments = 1, Timeout = Short }));

        Assert.Equal((BackupErrorCode.TimedOut, table), (error.Code, error.Target));
        Assert.Contains("-Timeout, 00:00:03", error.Message, StringComparison.Ordinal);
        Assert.Matches("[0-9],[0-9]{3} items were done at stage Scanning", error.Message);
        AssertNothingLeft();
    }

    [Fact]
    public async Task A_restore_into_a_new_table_that_is_throttled_for_ever_deletes_it_and_says_so()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(600)));
        await using var proxy = await NewThrottlingProxyAsync("BatchWriteItem", from: 5);
        var target = DynaliteFixture.NewName("Copy");

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, target, proxy.Endpoint) with { Timeout = Short }));

        Assert.Equal(BackupErrorCode.TimedOut, error.Code);
        Assert.Matches("[0-9,]+ of about 600 items were done at stage Writing", error.Message);
        Assert.Contains(Output.Warnings, warning => warning.Contains("was deleted again", StringComparison.Ordinal));
        Assert.False(await Dynalite.TableExistsAsync(target));
    }

    [Fact]
    public async Task Items_that_are_given_back_for_ever_end_a_restore_into_an_existing_table_at_its_limit()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(200));
        var backup = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        var injector = FaultInjector.OnDynamo(proxy, new FaultSchedule(1, new FaultPlan(FaultKind.AllUnprocessed, 1000)));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(
            () => RestoreAsync(RestoreOf(backup, table, proxy.Endpoint) with { Mode = RestoreMode.Overwrite, Timeout = Short }));

        Assert.Equal(BackupErrorCode.TimedOut, error.Code);
        Assert.Contains("stage Testing, the last one that got anywhere", error.Message, StringComparison.Ordinal);
        Assert.Contains("run the same command again", error.Message, StringComparison.Ordinal);
        Assert.True(injector.Injected[FaultKind.AllUnprocessed] > 8);
    }

    [Fact]
    public async Task A_test_ends_at_its_limit_too()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(50));
        var backup = await BackUpAsync(table);
        await using var proxy = await NewThrottlingProxyAsync("Scan", from: 1);
        var request = new VerifyRequest
        {
            Source = backup.Location,
            Path = backup.Path,
            Level = VerificationLevel.Live,
            Connection = DynaliteFixture.ConnectTo(proxy.Endpoint),
            Timeout = Short,
        };

        Assert.Equal(BackupErrorCode.TimedOut, (await Assert.ThrowsAsync<DynamoBackupException>(() => VerifyRun.RunAsync(request, Output, Cancellation))).Code);
    }

    [Fact]
    public async Task A_limit_of_no_time_is_refused_and_one_that_is_kept_changes_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(20));
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(RequestFor(table) with { Timeout = TimeSpan.Zero }));
        Assert.Equal(BackupErrorCode.InvalidArgument, error.Code);
        Assert.Equal(20, (await BackUpAsync(RequestFor(table) with { Timeout = TimeSpan.FromMinutes(5) })).ItemCount);
    }

    private async Task<DynamoProxy> NewThrottlingProxyAsync(string operation, int from)
    {
        var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == operation && exchange.OperationNumber >= from)
                exchange.Respond(DynamoErrors.ProvisionedThroughputExceeded());
            return Task.CompletedTask;
        };
        return proxy;
    }
}

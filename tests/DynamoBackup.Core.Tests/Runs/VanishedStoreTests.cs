namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A store that is no longer there while a continuous backup runs, as a share that is no longer mounted.</summary>
public sealed class VanishedStoreTests(DynaliteFixture dynalite) : FollowedRunTest(dynalite)
{
    [Fact]
    public async Task It_is_waited_for_and_not_begun_anew()
    {
        var table = await NewStreamTableAsync();
        await IncrementAsync(table);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = RunAsync(FullOf(table) with { Continuous = true, SealEvery = TimeSpan.FromSeconds(1) }, stop.Token);
        await PutAsync(table, "a", "1");
        await UntilMadeAsync(running, backup => backup.ItemCount == 1);
        Directory.Move(Store, Store + "-away");
        File.WriteAllText(Store, "what is in the way of a folder");
        await PutAsync(table, "a", "2");
        await UntilAsync(running, () => !Output.Errors.IsEmpty);
        File.Delete(Store);
        await UntilAsync(running, () => Output.Warnings.Any(warning => warning.Contains("no longer shows", StringComparison.Ordinal)));
        if (Directory.Exists(Store)) Directory.Delete(Store, recursive: true);
        Directory.Move(Store + "-away", Store);
        await UntilAsync(running, () => Made.Sum(backup => backup.ItemCount) == 2);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.All(Made, backup => Assert.Equal(BackupType.Incremental, backup.Type));
    }
}

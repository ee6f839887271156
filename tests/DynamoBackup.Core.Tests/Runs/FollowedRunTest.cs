namespace DynamoBackup.Core.Tests.Runs;

/// <summary>What tests share that look on while an incremental or continuous backup runs.</summary>
public abstract class FollowedRunTest(DynaliteFixture dynalite) : StreamTest(dynalite)
{
    /// <summary>What the run has completed so far.</summary>
    protected List<BackupInfo> Made { get; } = [];

    /// <summary>Runs a backup that describes the table again before each increment.</summary>
    protected Task RunAsync(BackupRequest request, CancellationToken? cancellation = null) => IncrementalRun.RunAsync(
        request,
        (backups, _) =>
        {
            lock (Made) Made.AddRange(backups);
            return Task.CompletedTask;
        },
        Output, TimeSpan.Zero, cancellation ?? Cancellation);

    /// <summary>Waits until the run has completed such a backup.</summary>
    protected Task UntilMadeAsync(Task running, Func<BackupInfo, bool> isIt) => UntilAsync(running, () => Made.Exists(backup => isIt(backup)));

    /// <summary>Waits until something has come of the run, which must not end before.</summary>
    protected async Task UntilAsync(Task running, Func<bool> isThere)
    {
        while (true)
        {
            lock (Made)
            {
                if (isThere()) return;
            }

            if (running.IsCompleted) await running;
            Assert.False(running.IsCompleted);
            await Task.Delay(20, Cancellation);
        }
    }
}

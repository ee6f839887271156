using System.Text.Json.Nodes;
using DynamoBackup.Manifests;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A backup that has not closed its first file yet is already one that others see, leave alone, and can go on with.</summary>
public sealed class BegunBackupTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    private const int Items = 600;

    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_living_one_is_listed_and_neither_removed_nor_taken_over()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(Items));
        await using var proxy = await HoldScansAsync(after: 0);
        var running = BackUpAsync(table, proxy.Endpoint);
        var id = Path.GetFileName(Path.GetDirectoryName(await CheckpointAsync(running)))!;

        var listed = Assert.Single(await ListUnfinishedAsync());
        Assert.Equal((id, table, 0), (listed.Id, listed.TableName, listed.FileCount));
        Assert.Contains("holds it until", Assert.Single(listed.Findings).Detail, StringComparison.Ordinal);
        Assert.Empty(await RemovalRun.PlanAsync(new() { Source = Store, Unfinished = true, OlderThan = TimeSpan.Zero }, Output, Cancellation));
        foreach (var refused in new Func<Task>[]
        {
            () => RemovalRun.PlanAsync(new() { Source = Store, Path = listed.Path, Id = id, Unfinished = true, OlderThan = TimeSpan.Zero }, Output, Cancellation),
            () => BackUpAsync(RequestFor(table) with { Resume = true }),
            () => BackupRun.PlanAsync(RequestFor(table) with { Resume = true }, Output, Cancellation),
        })
            Assert.Equal(BackupErrorCode.RunInProgress, (await Assert.ThrowsAsync<DynamoBackupException>(refused)).Code);

        _held.SetResult();
        var backup = await running;
        Assert.Equal((id, (long)Items), (backup.Id, backup.ItemCount));
        Assert.Empty((await VerifyAsync(backup, VerificationLevel.Live)).Findings);
        Assert.Empty(Directory.GetFiles(Store, BackupLayout.Checkpoint + "*", SearchOption.AllDirectories));
        Assert.Empty(Output.Warnings);
    }

    [Fact]
    public async Task One_whose_run_was_killed_is_gone_on_with_and_leaves_no_orphan()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(Items));
        await using var proxy = await HoldScansAsync(after: 0);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var killed = BackupRun.RunAsync(RequestFor(table, proxy.Endpoint), Output, cancel.Token);
        var checkpoint = await CheckpointAsync(killed);
        var state = JsonNode.Parse(await File.ReadAllTextAsync(checkpoint, Cancellation))!;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => killed);
        AssertNothingLeft();

        // What a killed process leaves: its checkpoint, and a file that it was about to name.
        state["lease"]!["processStarted"] = "1";
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(checkpoint)!, BackupLayout.DataFolder));
        await File.WriteAllTextAsync(checkpoint, state.ToJsonString(), Cancellation);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(checkpoint)!, BackupLayout.DataFolder, "abcdefghijklmnopqrstuvwxyz.json.gz"), "not noted", Cancellation);

        var plan = await BackupRun.PlanAsync(RequestFor(table) with { Resume = true }, Output, Cancellation);
        Assert.Equal((state["backupId"]!.GetValue<string>(), 0L), (plan.UnfinishedId, plan.StoredItems));
        var backup = await BackUpAsync(RequestFor(table) with { Resume = true });
        Assert.Equal((plan.UnfinishedId, (long)Items), (backup.Id, backup.ItemCount));
        Assert.Empty((await VerifyAsync(backup, VerificationLevel.Live)).Findings);
        Assert.Empty(await ListUnfinishedAsync());
    }

    [Fact]
    public async Task A_run_with_Resume_that_fails_before_it_has_stored_anything_leaves_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(Items));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = async exchange =>
        {
            if (exchange.Operation != "Scan")
                return;
            while (!Directory.Exists(Store) || Directory.GetFiles(Store, BackupLayout.Checkpoint, SearchOption.AllDirectories).Length == 0)
                await Task.Delay(10, Cancellation);
            exchange.Respond(DynamoErrors.AccessDenied());
        };
        var failure = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(RequestFor(table, proxy.Endpoint) with { Resume = true }));
        Assert.Equal(BackupErrorCode.AccessDenied, failure.Code);
        Assert.DoesNotContain("goes on from there", failure.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(0, 1, true)]
    [InlineData(6, 1, true)]
    [InlineData(6, 64 << 20, false)]
    public async Task One_whose_folder_is_removed_while_it_runs_ends_with_an_error_that_says_so_and_leaves_nothing(int after, long maxFileBytes, bool resume)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(Items));
        await using var proxy = await HoldScansAsync(after);
        var running = BackUpAsync(RequestFor(table, proxy.Endpoint) with { Resume = resume, MaxFileBytes = maxFileBytes, ReadLimit = new CapacityLimit(200, null) });
        var folder = Path.GetDirectoryName(await CheckpointAsync(running))!;
        while (!running.IsCompleted && proxy.RequestCount("Scan") <= after)
            await Task.Delay(10, Cancellation);
        Remove(folder);
        _held.SetResult();

        var failure = await Assert.ThrowsAsync<DynamoBackupException>(() => running);
        Assert.Equal(BackupErrorCode.BackupNotFound, failure.Code);
        Assert.Contains("was removed while it was being made", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("goes on from there", failure.Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public async Task Where_only_one_of_two_places_is_removed_the_other_gets_the_backup()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(Items));
        await using var proxy = await HoldScansAsync(after: 0);
        var other = Store + "2";
        var running = BackupRun.RunAsync(RequestFor(table, proxy.Endpoint) with { Destinations = [Store, other] }, Output, Cancellation);
        var folder = Path.GetDirectoryName(await CheckpointAsync(running))!;
        while (!running.IsCompleted && Directory.GetFiles(other, BackupLayout.Checkpoint, SearchOption.AllDirectories).Length == 0)
            await Task.Delay(10, Cancellation);
        Remove(folder);
        _held.SetResult();

        var backup = Assert.Single(await running);
        Assert.Equal(other, backup.Location);
        Assert.Empty((await VerifyAsync(backup, VerificationLevel.Live)).Findings);
        Assert.Contains("was removed while it was being made", Assert.Single(Output.Errors).Message, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    private async Task<DynamoProxy> HoldScansAsync(int after)
    {
        var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange => exchange.Operation == "Scan" && exchange.OperationNumber > after ? _held.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation) : Task.CompletedTask;
        return proxy;
    }

    /// <summary>Waits for the checkpoint of a run.</summary>
    private async Task<string> CheckpointAsync(Task running)
    {
        while (true)
        {
            if (Directory.Exists(Store) && Directory.GetFiles(Store, BackupLayout.Checkpoint, SearchOption.AllDirectories) is [var path])
                return path;
            Assert.False(running.IsCompleted, "The run has ended without a checkpoint.");
            await Task.Delay(10, Cancellation);
        }
    }

    private Task<IReadOnlyList<BackupInfo>> ListUnfinishedAsync() => CatalogRun.RunAsync(new BackupQuery { Sources = [Store], Unfinished = true }, Output, Cancellation);

    /// <summary>Removes a folder into which someone may write at the same moment.</summary>
    private static void Remove(string folder)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 100)
            {
                Thread.Sleep(5);
            }
        }
    }
}

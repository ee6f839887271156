using DynamoBackup.Checkpoints;
using DynamoBackup.Core.Tests.Manifests;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Removal;

/// <summary>The order of a removal: cut off anywhere, it leaves a whole backup or none, and is finished by running it again.</summary>
public sealed class RemovalTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly CollectedOutput _output = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_is_removed_with_all_its_files()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        var (files, bytes) = (sample.Store.Names.Count, sample.Store.Names.Sum(name => sample.Store[name].Length));
        var plan = Assert.Single(await PlanAsync(sample.Store));
        Assert.Equal((files, bytes, BackupState.Complete, true), (plan.Files, plan.Bytes, plan.State, plan.IsLast));
        var removal = await RemovalRun.RemoveAsync(sample.Store, plan, _output, Cancellation);
        Assert.Equal(("Orders", BackupSample.Id, files, bytes), (removal.TableName, removal.Id, removal.Files, removal.Bytes));
        Assert.Empty(sample.Store.Names);
        Assert.Empty(await PlanAsync(sample.Store));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cut_off_at_any_step_it_leaves_a_whole_backup_or_none_and_is_finished_by_the_same_command(bool afterwards)
    {
        var whole = await BackupSample.CreateAsync(Cancellation);
        var plan = Assert.Single(await PlanAsync(whole.Store));
        var steps = whole.Store.Names.Count + 2;
        for (var step = 1; step <= steps; step++)
        {
            var sample = whole.Copy();
            using var faulty = new FaultyStore(sample.Store, step, afterwards);
            var failure = await Assert.ThrowsAsync<DynamoBackupException>(() => RemovalRun.RemoveAsync(faulty, plan, _output, Cancellation));
            Assert.True(faulty.HasFailed);
            Assert.Equal(BackupErrorCode.StoreWriteFailed, failure.Code);

            // Step 1 writes the mark, step 2 deletes the summary.
            var left = await BackupReader.ReadAsync(sample.Store, BackupSample.Folder, Cancellation);
            var isBackup = step == 1 || (step == 2 && !afterwards);
            Assert.Equal(isBackup, left is not null);
            if (left is not null)
                Assert.Empty(left.Info.Findings);
            if (step > 2)
                Assert.Contains("no backup any more", failure.Message, StringComparison.Ordinal);
            if (isBackup)
                Assert.Contains("still there, as it was", failure.Message, StringComparison.Ordinal);

            if (step == steps && afterwards)
            {
                Assert.Empty(sample.Store.Names);
                continue;
            }

            foreach (var again in await PlanAsync(sample.Store))
            {
                Assert.Equal((isBackup ? BackupState.Complete : BackupState.BeingDeleted, "Orders", BackupSample.Arn), (again.State, again.TableName, again.TableArn));
                await RemovalRun.RemoveAsync(sample.Store, again, _output, Cancellation);
            }

            Assert.Empty(sample.Store.Names);
        }
    }

    [Fact]
    public async Task A_removal_that_was_cut_off_is_also_finished_with_the_unfinished_ones_however_young()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        using var faulty = new FaultyStore(sample.Store, 4, afterwards: false);
        await Assert.ThrowsAsync<DynamoBackupException>(async () => await RemovalRun.RemoveAsync(faulty, Assert.Single(await PlanAsync(sample.Store)), _output, Cancellation));
        var plan = Assert.Single(await PlanAsync(sample.Store, new() { Source = "memory", Unfinished = true, OlderThan = TimeSpan.FromDays(100_000) }));
        Assert.Equal(BackupState.BeingDeleted, plan.State);
        await RemovalRun.RemoveAsync(sample.Store, plan, _output, Cancellation);
        Assert.Empty(sample.Store.Names);
    }

    [Theory]
    [InlineData(BackupLayout.Summary)]
    [InlineData(BackupLayout.Sidecar)]
    [InlineData(BackupLayout.FilesManifest)]
    public async Task A_damaged_backup_is_removed_and_is_no_loss(string missing)
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        sample.Remove(missing);
        var plan = Assert.Single(await PlanAsync(sample.Store));
        Assert.Equal((BackupState.Complete, false), (plan.State, plan.IsLast));
        await RemovalRun.RemoveAsync(sample.Store, plan, _output, Cancellation);
        Assert.Empty(sample.Store.Names);
    }

    [Fact]
    public async Task One_that_others_build_on_is_refused_and_the_others_are_named()
    {
        const string Child = "01700000000001-00000001";
        var sample = await BackupSample.CreateAsync(Cancellation);
        await AddAsync(sample, Child, BackupSample.Id);
        await AddAsync(sample, "01690000000000-00000001", null);
        var refused = await Assert.ThrowsAsync<DynamoBackupException>(() => PlanAsync(sample.Store));
        Assert.Equal((BackupErrorCode.BackupHasChildren, "Orders"), (refused.Code, refused.Target));
        Assert.Contains(Child, refused.Message, StringComparison.Ordinal);

        var child = Assert.Single(await PlanAsync(sample.Store, Of(Child)));
        Assert.False(child.IsLast);
        await RemovalRun.RemoveAsync(sample.Store, child, _output, Cancellation);
        var parent = Assert.Single(await PlanAsync(sample.Store));
        Assert.False(parent.IsLast);
    }

    [Fact]
    public async Task A_backup_beside_it_that_is_damaged_or_of_another_table_does_not_count()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        await AddAsync(sample, "01690000000000-00000001", null);
        sample.Store.Remove("Orders/AWSDynamoDB/01690000000000-00000001/manifest-files.json");
        Assert.True(Assert.Single(await PlanAsync(sample.Store)).IsLast);
    }

    [Theory]
    [InlineData(8, 6, false)]
    [InlineData(8, 7, true)]
    [InlineData(8, 8, true)]
    [InlineData(3, 30, false)]
    public async Task An_unfinished_backup_goes_when_nobody_has_written_to_it_for_long_enough(int daysSinceBegun, int daysSinceWritten, bool goes)
    {
        var id = BackupId.Create(Now.AddDays(-daysSinceBegun));
        using var store = new TimedStore(await UnfinishedAsync(id), Now.AddDays(-daysSinceWritten));
        var plans = await PlanAsync(store, new() { Source = "memory", Unfinished = true });
        Assert.Equal(goes ? 1 : 0, plans.Count);
        Assert.Equal(goes ? 0 : 1, _output.Messages.Count);
        if (goes)
            Assert.Equal((BackupState.Unfinished, "Orders", id), (plans[0].State, plans[0].TableName, plans[0].Id));
    }

    [Theory]
    [InlineData(true, 14, false)]
    [InlineData(true, 15, true)]
    [InlineData(false, 14, false)]
    [InlineData(false, 15, true)]
    public async Task What_was_just_written_to_is_left_alone_whatever_was_asked_for(bool hasCheckpoint, int minutes, bool goes)
    {
        var id = BackupId.Create(Now.AddHours(-1));
        var memory = await UnfinishedAsync(id);
        if (hasCheckpoint)
            memory[$"Orders/AWSDynamoDB/{id}/_checkpoint.json"] = "{}"u8.ToArray();
        using var store = new TimedStore(memory, Now.AddMinutes(-minutes));
        Assert.Equal(goes ? 1 : 0, (await PlanAsync(store, new() { Source = "memory", Unfinished = true, OlderThan = TimeSpan.Zero })).Count);
    }

    [Theory]
    [InlineData(false, 0, true)]
    [InlineData(true, 14, false)]
    [InlineData(true, 15, true)]
    public async Task A_checkpoint_that_tells_that_no_one_is_at_work_needs_no_further_grace(bool isHeld, int minutes, bool goes)
    {
        var id = BackupId.Create(Now.AddHours(-1));
        var memory = await UnfinishedAsync(id);
        memory[$"Orders/AWSDynamoDB/{id}/_checkpoint.json"] = CheckpointJson.Write(new()
        {
            SchemaVersion = Checkpoint.CurrentSchema,
            BackupId = id,
            TableArn = BackupSample.Arn,
            StartedUtc = ManifestJson.Format(Now.AddHours(-1)),
            Parameters = new(),
            Lease = isHeld ? new() { Holder = "someone", Machine = "elsewhere", ProcessId = 7, Seconds = 180 } : null,
            Segments = [new() { Files = [] }],
        });
        using var store = new TimedStore(memory, Now.AddMinutes(-minutes));
        Assert.Equal(goes ? 1 : 0, (await PlanAsync(store, new() { Source = "memory", Unfinished = true, OlderThan = TimeSpan.Zero })).Count);

        var named = new RemovalRequest { Source = "memory", Path = $"Orders/AWSDynamoDB/{id}", Id = id, Unfinished = true, OlderThan = TimeSpan.Zero };
        if (goes)
        {
            Assert.Equal(BackupState.Unfinished, Assert.Single(await PlanAsync(store, named)).State);
            return;
        }

        Assert.Contains("whatever -OlderThan says", Assert.Single(_output.Messages), StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<DynamoBackupException>(() => PlanAsync(store, named));
        Assert.Equal((BackupErrorCode.RunInProgress, "Orders"), (refused.Code, refused.Target));
        Assert.Contains("process 7 on 'elsewhere'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("2026-01-01 00:01:00Z", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unfinished_and_complete_ones_are_never_taken_for_one_another()
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        var id = BackupId.Create(Now.AddDays(-30));
        sample.Store[$"Orders/AWSDynamoDB/{id}/_started"] = [];
        Assert.Empty(await PlanAsync(sample.Store, Of(id)));
        Assert.Empty(await PlanAsync(sample.Store, Of(BackupSample.Id) with { Unfinished = true }));
        Assert.Equal(id, Assert.Single(await PlanAsync(sample.Store, new() { Source = "memory", Unfinished = true })).Id);
        Assert.Empty(await PlanAsync(sample.Store, new() { Source = "memory", Unfinished = true, TableFilter = (name, _) => name == "Others" }));
    }

    [Theory]
    [InlineData("Orders")]
    [InlineData("Orders/AWSDynamoDB")]
    [InlineData("Orders/AWSDynamoDB/data")]
    [InlineData("a/b/AWSDynamoDB/01700000000000-0a1b2c3d")]
    [InlineData("Orders/Other/01700000000000-0a1b2c3d")]
    [InlineData("../AWSDynamoDB/01700000000000-0a1b2c3d")]
    public async Task A_folder_that_is_no_backups_is_refused(string path)
    {
        var sample = await BackupSample.CreateAsync(Cancellation);
        var plan = Assert.Single(await PlanAsync(sample.Store)) with { Path = path };
        Assert.Equal(BackupErrorCode.UnsafePath, (await Assert.ThrowsAsync<DynamoBackupException>(() => RemovalRun.RemoveAsync(sample.Store, plan, _output, Cancellation))).Code);
        Assert.Equal(BackupErrorCode.UnsafePath, (await Assert.ThrowsAsync<DynamoBackupException>(() => PlanAsync(sample.Store, new() { Source = "memory", Path = path }))).Code);
    }

    private static RemovalRequest Of(string id) => new() { Source = "memory", Id = id };

    private Task<IReadOnlyList<RemovalPlan>> PlanAsync(IBackupStore store, RemovalRequest? request = null) =>
        RemovalRun.PlanAsync(store, request ?? Of(BackupSample.Id), _output, Now, Cancellation);

    private static async Task<MemoryStore> UnfinishedAsync(string id)
    {
        var store = new MemoryStore();
        await BackupSealer.StartAsync(store, $"Orders/AWSDynamoDB/{id}", Cancellation);
        store[$"Orders/AWSDynamoDB/{id}/data/abc.json.gz"] = [1, 2, 3];
        return store;
    }

    /// <summary>Adds a backup without items beside the sample's.</summary>
    private static Task<Sidecar> AddAsync(BackupSample sample, string id, string? parent) =>
        BackupSealer.SealAsync(sample.Store, $"Orders/AWSDynamoDB/{id}", BackupSample.Draft(id) with { ParentId = parent }, [], "5f1c-table-id", Cancellation);
}

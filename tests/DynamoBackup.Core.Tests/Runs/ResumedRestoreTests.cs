using System.Text.Json.Nodes;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A restore that was ended is gone on with: files that are written are not written again, and the whole is proved.</summary>
public sealed class ResumedRestoreTests(DynaliteFixture dynalite) : RunTest(dynalite), IAsyncLifetime
{
    private const int Items = 6_000;

    // One for all runs of a test: the endpoint is a part of the target.
    private DynamoProxy _proxy = null!;

    public async ValueTask InitializeAsync() => _proxy = await Dynalite.NewProxyAsync();

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        Dispose();
    }

    [Fact]
    public async Task A_failed_restore_with_Resume_keeps_the_table_and_the_same_command_writes_only_the_files_that_are_not_written()
    {
        var backup = await NewBackupAsync();
        var target = DynaliteFixture.NewName("Restored");
        var error = await LeaveUnfinishedAsync(Into(backup, target) with { Resume = true });
        Assert.Equal(BackupErrorCode.AccessDenied, error.Code);
        Assert.Contains("goes on from there", error.Message, StringComparison.Ordinal);
        Assert.True(await Dynalite.TableExistsAsync(target));
        var written = Journal()["written"]!.AsArray().Select(name => name!.GetValue<string>()).ToHashSet();
        Assert.True(written.Count > 0, $"{backup.FileCount} files, none of them written: {File.ReadAllText(JournalPath())} {string.Join(' ', Output.Warnings)}");
        var before = (await ItemCountsAsync(backup)).Where(file => written.Contains(file.Key)).Sum(file => file.Value);

        var puts = 0;
        _proxy.OnRequest = exchange => Count(exchange, ref puts);
        var result = await RestoreAsync(Into(backup, target) with { Resume = true });

        Assert.Equal((Items, Items, true), ((int)result.ItemsRead, (int)result.Written, result.Verified));
        Assert.Equal(backup.ContentDigest, result.ContentDigest);
        Assert.Equal(Items - before, puts);
        Assert.Empty(Directory.GetFiles(WorkingDirectory, "*.json"));
    }

    [Fact]
    public async Task Without_Resume_a_failed_restore_leaves_neither_table_nor_journal()
    {
        var backup = await NewBackupAsync();
        var target = DynaliteFixture.NewName("Restored");
        await LeaveUnfinishedAsync(Into(backup, target));
        Assert.False(await Dynalite.TableExistsAsync(target));
        Assert.Empty(Directory.GetFiles(WorkingDirectory, "*.json"));
    }

    [Fact]
    public async Task A_table_that_was_created_anew_since_is_refused_as_without_Resume()
    {
        var backup = await NewBackupAsync();
        var target = await Dynalite.NewTableAsync(MixedItems.Create(1));
        var request = Into(backup, target) with { Resume = true, Mode = RestoreMode.Overwrite };
        await LeaveUnfinishedAsync(request);
        EditJournal(journal => (journal["tableInstance"], journal["mode"]) = ("another", "NewTable"));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(request with { Mode = null }));

        Assert.Equal(BackupErrorCode.ResourceExists, error.Code);
    }

    [Fact]
    public async Task A_run_that_was_killed_before_it_knew_its_table_goes_on_with_the_empty_one()
    {
        var backup = await NewBackupAsync();
        var target = DynaliteFixture.NewName("Restored");
        var request = Into(backup, target) with { Resume = true };
        await LeaveUnfinishedAsync(request, batches: 0);
        EditJournal(journal => journal.Remove("tableInstance"));

        var plan = await RestoreRun.PlanAsync(request, Output, Cancellation);
        Assert.True(plan.Continues);
        Assert.True((await RestoreAsync(request)).Verified);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"schemaVersion\":9}")]
    [InlineData("{\"schemaVersion\":1,\"written\":[null]}")]
    public async Task A_journal_that_cannot_be_used_is_told_and_everything_is_written_again(string text)
    {
        var backup = await NewBackupAsync();
        var target = await Dynalite.NewTableAsync(MixedItems.Create(1));
        var request = Into(backup, target) with { Resume = true, Mode = RestoreMode.Overwrite };
        await LeaveUnfinishedAsync(request);
        await File.WriteAllTextAsync(JournalPath(), text, Cancellation);

        Assert.True((await RestoreAsync(request)).Verified);
        Assert.Contains(Output.Warnings, warning => warning.Contains("is not gone on with", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_two_restores_into_one_table_the_second_is_refused_until_the_first_has_ended()
    {
        var backup = await NewBackupAsync();
        var target = await Dynalite.NewTableAsync([]);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _proxy.OnRequest = async exchange =>
        {
            if (exchange.Operation != "BatchWriteItem")
                return;
            reached.TrySetResult();
            await open.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        };
        var first = RestoreAsync(Into(backup, target) with { Mode = RestoreMode.Overwrite });
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);

        var second = Into(backup, target) with { Mode = RestoreMode.Overwrite };
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(second));
        open.SetResult();

        Assert.Equal(BackupErrorCode.RunInProgress, error.Code);
        Assert.Contains($"process {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.True((await first).Verified);
        Assert.True((await RestoreAsync(second)).Verified);
    }

    [Fact]
    public async Task A_living_holder_on_another_machine_keeps_others_out_until_its_lease_is_over()
    {
        var backup = await NewBackupAsync();
        var target = await Dynalite.NewTableAsync([]);
        var request = Into(backup, target) with { Mode = RestoreMode.Overwrite };
        await RestoreAsync(request);
        var file = Path.ChangeExtension(Assert.Single(Directory.GetFiles(WorkingDirectory, "*.lock")), ".holder");

        Hold(DateTime.UtcNow);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(request));
        Assert.Equal(BackupErrorCode.RunInProgress, error.Code);

        Hold(DateTime.UtcNow.AddMinutes(-5));
        Assert.True((await RestoreAsync(request)).Verified);

        void Hold(DateTime renewed) => File.WriteAllText(file, new JsonObject
        {
            ["lease"] = new JsonObject { ["holder"] = "x", ["machine"] = $"not-{Environment.MachineName}", ["processId"] = 1, ["scope"] = "y", ["renewedUtc"] = renewed.ToString("O"), ["seconds"] = 180 },
        }.ToJsonString());
    }

    [Fact]
    public async Task A_backup_during_a_restore_into_the_same_table_and_the_restore_both_succeed()
    {
        var backup = await NewBackupAsync();
        var target = await Dynalite.NewTableAsync(MixedItems.Create(500));
        var restoring = RestoreAsync(Into(backup, target) with { Mode = RestoreMode.Overwrite });
        var during = await BackUpAsync(target);

        Assert.True((await restoring).Verified);
        Assert.True((await VerifyAsync(during, VerificationLevel.Content)).IsValid);
        Assert.InRange(during.ItemCount, 500, Items);
    }

    /// <summary>A backup in many small files.</summary>
    private async Task<BackupInfo> NewBackupAsync() => await BackUpAsync(RequestFor(await Dynalite.NewTableAsync(MixedItems.Create(Items))) with
    {
        MaxFileBytes = 1,
        Compression = BackupCompression.None,
        ReadLimit = new CapacityLimit(60, null),
    });

    private RestoreRequest Into(BackupInfo backup, string target) => RestoreOf(backup, target, _proxy.Endpoint);

    private async Task<DynamoBackupException> LeaveUnfinishedAsync(RestoreRequest request, int batches = Items / 25 * 9 / 10)
    {
        _proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem" && exchange.OperationNumber > batches)
                exchange.Respond(DynamoErrors.AccessDenied());
            return Task.CompletedTask;
        };
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(request));
        _proxy.OnRequest = null;
        return error;
    }

    private async Task<Dictionary<string, int>> ItemCountsAsync(BackupInfo backup) =>
        (await File.ReadAllLinesAsync(Path.Combine(Store, backup.Path, "manifest-files.json"), Cancellation)).Select(line => JsonNode.Parse(line)!)
            .ToDictionary(line => "data/" + line["dataFileS3Key"]!.GetValue<string>().Split('/')[^1], line => line["itemCount"]!.GetValue<int>());

    private static Task Count(ProxyExchange exchange, ref int puts)
    {
        if (exchange.Operation == "BatchWriteItem")
            Interlocked.Add(ref puts, exchange.RequestJson()["RequestItems"]!.AsObject().Single().Value!.AsArray().Count);
        return Task.CompletedTask;
    }

    private string JournalPath() => Assert.Single(Directory.GetFiles(WorkingDirectory, "*.restore.json"));

    private JsonObject Journal() => JsonNode.Parse(File.ReadAllText(JournalPath()))!.AsObject();

    private void EditJournal(Action<JsonObject> edit)
    {
        var journal = Journal();
        edit(journal);
        File.WriteAllText(JournalPath(), journal.ToJsonString());
    }
}

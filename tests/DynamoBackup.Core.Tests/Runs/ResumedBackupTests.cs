using System.Text.Json.Nodes;
using DynamoBackup.Manifests;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A backup that was ended is gone on with: nothing closed is read or written again, and the result is that of one run.</summary>
public sealed class ResumedBackupTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    private const int Items = 2_000;
    private const int Racers = 8;

    [Fact]
    public async Task A_failed_run_with_Resume_keeps_what_is_closed_and_the_same_command_goes_on_from_there()
    {
        var table = await NewTableAsync();
        var error = await LeaveUnfinishedAsync(table);
        Assert.Contains("goes on from there", error.Message, StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
        var kept = Kept();
        Assert.NotEmpty(kept);
        var begun = Checkpoint();
        Assert.Null(begun["lease"]);
        // What a killed run may leave beside: a file that was not noted, and manifests that had been begun.
        var folder = Path.GetDirectoryName(CheckpointPath())!;
        await File.WriteAllTextAsync(Path.Combine(folder, "data", "abcdefghijklmnopqrstuvwxyz.json"), "not noted", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, BackupLayout.FilesManifest), "{}", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, BackupLayout.SummaryMd5), "x", Cancellation);

        await using var proxy = await Dynalite.NewProxyAsync();
        var read = 0;
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "Scan")
                Interlocked.Add(ref read, exchange.ResponseJson()["Items"]!.AsArray().Count);
            return Task.CompletedTask;
        };
        var backup = await BackUpAsync(ResumeOf(table, proxy.Endpoint));

        Assert.Equal(Path.GetFileName(folder), backup.Id);
        Assert.Equal(Items, backup.ItemCount);
        Assert.Equal(begun["startedUtc"]!.GetValue<string>(), ManifestJson.Format(backup.StartedUtc));
        Assert.Equal(Items - begun["segments"]!.AsArray().Sum(segment => segment!["itemsRead"]!.GetValue<int>()), read);
        Assert.All(kept, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
        Assert.Empty((await VerifyAsync(backup, VerificationLevel.Checksum)).Findings);
        Assert.False(File.Exists(CheckpointPath()));
        Assert.Equal(backup.FileCount, DataFilesIn(Path.Combine(backup.Location, backup.Path)).Count());
        Assert.Equal(backup.Id, Assert.Single(await ListAsync()).Id);
    }

    [Fact]
    public async Task Cancelled_with_Resume_it_goes_on_from_there_too_and_without_Resume_a_new_backup_begins()
    {
        var table = await NewTableAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await LeaveUnfinishedAsync(table, cancel: cancel);

        var anew = await BackUpAsync(ResumeOf(table) with { Resume = false });
        var resumed = await BackUpAsync(ResumeOf(table));

        Assert.NotEqual(anew.Id, resumed.Id);
        Assert.True(resumed.StartedUtc < anew.StartedUtc);
        Assert.Equal(anew.ContentDigest, resumed.ContentDigest);
        Assert.Contains(Output.Messages, message => message.StartsWith("Going on with", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_unfinished_begins_a_new_backup_and_says_so()
    {
        var backup = await BackUpAsync(ResumeOf(await NewTableAsync()));
        Assert.Equal(Items, backup.ItemCount);
        Assert.Contains(Output.Messages, message => message.Contains("a new one begins", StringComparison.Ordinal));
        Assert.Empty(Output.Warnings);
    }

    [Fact]
    public async Task A_living_holder_elsewhere_keeps_others_out_until_its_lease_is_over()
    {
        var table = await NewTableAsync();
        await LeaveUnfinishedAsync(table);
        EditCheckpoint(checkpoint => checkpoint["lease"] = JsonNode.Parse("""{"holder":"someone","machine":"elsewhere","processId":7,"processStarted":"1","scope":"another","seconds":180}"""));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(ResumeOf(table)));
        Assert.Equal(BackupErrorCode.RunInProgress, error.Code);
        Assert.Contains("process 7 on 'elsewhere'", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(CheckpointPath()));

        File.SetLastWriteTimeUtc(CheckpointPath(), DateTime.UtcNow.AddMinutes(-5));
        Assert.Equal(Items, (await BackUpAsync(ResumeOf(table))).ItemCount);
    }

    [Fact]
    public async Task A_holder_that_was_a_process_of_this_machine_and_is_gone_keeps_no_one_out()
    {
        var table = await NewTableAsync();
        await LeaveUnfinishedAsync(table);
        using var holder = new Checkpoints.LeaseHolder();
        var lease = holder.Renew();
        // The same number, begun at another time: the number has been given to another process since.
        EditCheckpoint(checkpoint => checkpoint["lease"] = new JsonObject { ["holder"] = "gone", ["processId"] = lease.ProcessId, ["processStarted"] = "1", ["scope"] = lease.Scope, ["seconds"] = 180 });

        Assert.Equal(Items, (await BackUpAsync(ResumeOf(table))).ItemCount);
        Assert.Empty(Output.Warnings);
    }

    [Fact]
    public async Task Of_many_that_go_on_at_once_exactly_one_does_and_the_others_are_refused()
    {
        var table = await NewTableAsync();
        await LeaveUnfinishedAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();
        var refused = 0;
        var allDecided = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.OnRequest = exchange => exchange.Operation == "Scan" ? allDecided.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation) : Task.CompletedTask;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Racers).Select(_ => Task.Run(async () =>
        {
            try
            {
                return await BackUpAsync(ResumeOf(table, proxy.Endpoint));
            }
            catch (DynamoBackupException exception) when (exception.Code == BackupErrorCode.RunInProgress)
            {
                if (Interlocked.Increment(ref refused) == Racers - 1)
                    allDecided.SetResult();
                return null;
            }
        }, Cancellation)));

        var backup = Assert.Single(outcomes, outcome => outcome is not null)!;
        Assert.Equal(Items, backup.ItemCount);
        Assert.True((await VerifyAsync(backup, VerificationLevel.Content)).IsValid);
    }

    [Fact]
    public async Task A_run_whose_backup_was_taken_over_ends_with_an_error_and_touches_nothing_of_it()
    {
        var table = await NewTableAsync();
        await using var proxy = await Dynalite.NewProxyAsync();
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        proxy.OnRequest = async exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.OperationNumber > 6)
                await slow.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancellation);
        };
        var stalled = BackUpAsync(ResumeOf(table, proxy.Endpoint) with { Resume = false });
        while (!stalled.IsCompleted && !(File.Exists(CheckpointPath()) && (await File.ReadAllTextAsync(CheckpointPath(), Cancellation)).Contains("\"md5\"", StringComparison.Ordinal)))
            await Task.Delay(50, Cancellation);
        // As a resumer on another machine would see it whose lease has run out.
        EditCheckpoint(checkpoint => checkpoint["lease"] = null);
        var backup = await BackUpAsync(ResumeOf(table));
        slow.SetResult();

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => stalled);
        Assert.Equal(BackupErrorCode.RunInProgress, error.Code);
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
    }

    [Fact]
    public async Task A_table_that_was_created_again_is_backed_up_anew_and_the_user_told_why()
    {
        var table = await NewTableAsync();
        await LeaveUnfinishedAsync(table);
        EditCheckpoint(checkpoint => (checkpoint["tableId"], checkpoint["tableCreated"]) = ("another", "1"));
        await AssertBeginsAnewAsync(ResumeOf(table), "created again");
    }

    [Fact]
    public async Task Other_parameters_begin_a_new_backup_and_the_user_is_told_why()
    {
        var table = await NewTableAsync();
        await LeaveUnfinishedAsync(table);
        await AssertBeginsAnewAsync(ResumeOf(table) with { ConsistentRead = true }, "other parameters");
        Assert.Equal(Items, (await BackUpAsync(ResumeOf(table))).ItemCount);
    }

    [Fact]
    public async Task A_data_file_that_is_gone_or_cut_begins_a_new_backup_and_the_user_is_told_which()
    {
        var table = await NewTableAsync();
        await LeaveUnfinishedAsync(table);
        var file = Kept().Keys.First();
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(file, Cancellation))[1..], Cancellation);
        await AssertBeginsAnewAsync(ResumeOf(table), Path.GetFileName(file));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"schemaVersion\":1")]
    [InlineData("{\"schemaVersion\":2}")]
    [InlineData("{\"schemaVersion\":1,\"segments\":[null]}")]
    public async Task A_checkpoint_that_cannot_be_read_begins_a_new_backup_and_the_user_is_told(string text)
    {
        var table = await NewTableAsync();
        await LeaveUnfinishedAsync(table);
        await File.WriteAllTextAsync(CheckpointPath(), text, Cancellation);
        await AssertBeginsAnewAsync(ResumeOf(table), "its checkpoint");
    }

    [Fact]
    public async Task Of_two_destinations_the_one_that_is_behind_sets_the_point_and_one_without_the_backup_is_left_out()
    {
        var table = await NewTableAsync();
        string[] places = [Store, Store + "2", Store + "3"];
        await LeaveUnfinishedAsync(table, places[..2]);
        EditCheckpoint(checkpoint =>
        {
            // As if this one had been told less: its first segment's files are not noted.
            var segment = checkpoint["segments"]![0]!.AsObject();
            segment.Remove("after");
            (segment["files"], segment["itemsRead"], segment["ended"]) = (new JsonArray(), 0, false);
        });

        var backups = await BackupRun.RunAsync(ResumeOf(table) with { Destinations = places }, Output, Cancellation);

        Assert.Equal(places[..2], backups.Select(backup => backup.Location));
        Assert.All(backups, backup => Assert.Equal(Items, backup.ItemCount));
        foreach (var backup in backups)
        {
            Assert.True((await VerifyAsync(backup, VerificationLevel.Content)).IsValid);
            Assert.Equal(backup.FileCount, DataFilesIn(Path.Combine(backup.Location, backup.Path)).Count());
        }

        Assert.Contains("does not hold the unfinished backup", Assert.Single(Output.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_backups_of_one_table_to_one_place_at_once_both_succeed()
    {
        var table = await NewTableAsync();
        var backups = await Task.WhenAll(BackUpAsync(table), BackUpAsync(table));
        Assert.Equal(2, backups.Select(backup => backup.Id).Distinct().Count());
        Assert.Single(backups.Select(backup => backup.ContentDigest).Distinct());
        Assert.Equal(2, (await ListAsync()).Count);
    }

    private Task<string> NewTableAsync() => Dynalite.NewTableAsync(MixedItems.Create(Items));

    private BackupRequest ResumeOf(string table, Uri? endpoint = null) => RequestFor(table, endpoint) with
    {
        Resume = true,
        // Each page is a file of its own.
        MaxFileBytes = 1,
        Compression = BackupCompression.None,
        // Small pages, so that there are many.
        ReadLimit = new CapacityLimit(400, null),
    };

    /// <summary>Runs until some pages have been stored, then fails or is cancelled.</summary>
    private async Task<Exception> LeaveUnfinishedAsync(string table, IReadOnlyList<string>? destinations = null, CancellationTokenSource? cancel = null)
    {
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = async exchange =>
        {
            if (exchange.Operation != "Scan" || exchange.OperationNumber <= 9)
                return;
            if (cancel is not null)
                await cancel.CancelAsync();
            else
                exchange.Respond(DynamoErrors.AccessDenied());
        };
        var request = ResumeOf(table, proxy.Endpoint) with { Destinations = destinations ?? [Store] };
        return cancel is null
            ? await Assert.ThrowsAsync<DynamoBackupException>(() => BackupRun.RunAsync(request, Output, Cancellation))
            : await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackupRun.RunAsync(request, Output, cancel.Token));
    }

    private async Task AssertBeginsAnewAsync(BackupRequest request, string why)
    {
        var unfinished = Path.GetFileName(Path.GetDirectoryName(CheckpointPath()));
        var backup = await BackUpAsync(request);
        Assert.NotEqual(unfinished, backup.Id);
        Assert.Equal(Items, backup.ItemCount);
        Assert.Contains(why, Assert.Single(Output.Warnings), StringComparison.Ordinal);
        Assert.True(File.Exists(CheckpointPath()));
    }

    private Dictionary<string, DateTime> Kept() =>
        DataFilesIn(Store).ToDictionary(file => file, File.GetLastWriteTimeUtc);

    private static IEnumerable<string> DataFilesIn(string folder) =>
        Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Where(file => Path.GetFileName(Path.GetDirectoryName(file)) == BackupLayout.DataFolder);

    private string CheckpointPath() => (Directory.Exists(Store) ? Directory.GetFiles(Store, BackupLayout.Checkpoint, SearchOption.AllDirectories) : []) is [var path]
        ? path
        : Path.Combine(Store, BackupLayout.Checkpoint);

    private JsonNode Checkpoint() => JsonNode.Parse(File.ReadAllText(CheckpointPath()))!;

    private void EditCheckpoint(Action<JsonNode> edit)
    {
        var checkpoint = Checkpoint();
        edit(checkpoint);
        File.WriteAllText(CheckpointPath(), checkpoint.ToJsonString());
    }
}

using DynamoBackup.Manifests;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A full backup of a table that is written to: exact where its stream can be read, fuzzy with a reason where not, and never failed by the stream.</summary>
public sealed class ExactBackupTests(DynaliteFixture dynalite) : StreamTest(dynalite)
{
    [Fact]
    public async Task Taken_while_a_writer_runs_it_is_exact_with_the_changes_made_meanwhile_and_says_the_digest_of_its_instant()
    {
        var table = await NewStreamTableAsync(3_000);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writer = new RandomWriter(Client, table, 200, 100, Streams.Options.Now);
        var writing = writer.RunAsync(long.MaxValue, stop.Token);
        Streams.OnResponse = exchange => exchange.Operation == "Scan" ? Task.Delay(150, Cancellation) : Task.CompletedTask;
        var full = await BackUpAsync(FullOf(table) with { MaxFileBytes = 64 << 10, ReadLimit = new CapacityLimit(300, null) });
        await stop.CancelAsync();
        await writing.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        Assert.Equal(BackupExactness.Exact, full.Exactness);
        Assert.NotNull(full.ExactWith);
        Assert.NotNull(full.ExactDigest);
        Assert.True(full.StreamMargin >= TimeSpan.Zero);
        var listed = await ListAsync();
        var increment = listed.Single(backup => backup.Id == full.ExactWith);
        Assert.Equal((full.Id, full.ToUtc), (increment.ParentId, increment.ToUtc));
        Assert.True(increment.ItemCount > 0);
        Assert.Equal(full.ExactDigest, listed.Single(backup => backup.Id == full.Id).ExactDigest);
        Assert.All(listed, backup => Assert.Empty(backup.Findings));
    }

    [Fact]
    public async Task Where_nothing_changes_it_is_exact_by_itself()
    {
        var table = await NewStreamTableAsync();
        var full = await BackUpAsync(FullOf(table));
        Assert.Equal((BackupExactness.Exact, null, null), (full.Exactness, full.ExactWith, full.ExactDigest));
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task An_eventually_consistent_scan_waits_for_the_lead_and_with_less_than_a_minute_is_not_called_exact()
    {
        var table = await NewStreamTableAsync();
        var full = await BackUpAsync(FullOf(table) with { ConsistentRead = false, StreamLead = TimeSpan.FromSeconds(2) });
        Assert.Equal(BackupExactness.Fuzzy, full.Exactness);
        Assert.Contains(full.Findings, finding => finding.Kind == FindingKind.NotExact);
        Assert.Contains(Output.Messages, message => message.Contains("The scan begins in", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_stream_and_with_NoStream_it_is_fuzzy_over_its_window()
    {
        var plain = await BackUpAsync(FullOf(await Dynalite.NewTableAsync(MixedItems.Create(3))));
        var ignored = await BackUpAsync(FullOf(await NewStreamTableAsync()) with { NoStream = true });
        foreach (var full in new[] { plain, ignored })
        {
            Assert.Equal(BackupExactness.Fuzzy, full.Exactness);
            Assert.True(full.FromUtc <= full.StartedUtc && full.ToUtc >= full.FromUtc);
            Assert.Empty(full.Findings);
        }

        Assert.Equal(0, Streams.RequestCount("GetRecords"));
    }

    [Fact]
    public async Task A_stream_that_may_not_be_read_makes_it_fuzzy_and_never_fails_it()
    {
        var table = await NewStreamTableAsync();
        Streams.OnRequest = exchange =>
        {
            if (exchange.Operation == "GetShardIterator")
                exchange.Respond(DynamoErrors.AccessDenied("dynamodb:GetShardIterator"));
            return Task.CompletedTask;
        };
        var full = await BackUpAsync(FullOf(table));
        Assert.Equal(BackupExactness.Fuzzy, full.Exactness);
        Assert.Contains(full.Findings, finding => finding.Kind == FindingKind.NotExact && finding.Detail.Contains("GetShardIterator", StringComparison.Ordinal));
        Assert.Contains(Output.Warnings, warning => warning.Contains("not its state at one instant", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stream_that_is_trimmed_in_mid_run_makes_it_fuzzy()
    {
        var table = await NewStreamTableAsync();
        Streams.OnRequest = exchange =>
        {
            if (exchange.Operation == "GetRecords" && exchange.OperationNumber > 2)
                exchange.Respond(DynamoErrors.Error(400, "com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException", "The operation attempted to read past the oldest stream record in a shard."));
            return Task.CompletedTask;
        };
        Assert.Equal(BackupExactness.Fuzzy, (await BackUpAsync(FullOf(table))).Exactness);
    }

    [Fact]
    public async Task One_that_fails_leaves_no_increment_behind()
    {
        var table = await NewStreamTableAsync(200);
        await PutAsync(table, "a", "0");
        Streams.OnResponse = async exchange =>
        {
            if (exchange.Operation == "Scan")
                await Client.PutItemAsync(table, Item("a", $"{exchange.Number}"), Cancellation);
        };
        // The summary's name is taken by a folder, so the backup cannot be completed, after its increment has been.
        var blocked = Task.Run(async () =>
        {
            while (!Directory.Exists(Store) || Directory.GetFiles(Store, "_started", SearchOption.AllDirectories).Length == 0)
                await Task.Delay(5, Cancellation);
            Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Directory.GetFiles(Store, "_started", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First())!, BackupLayout.Summary, "x"));
        }, Cancellation);
        await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(FullOf(table)));
        await blocked;
        Assert.DoesNotContain(await ListAsync(), backup => backup.Type == BackupType.Incremental);
        Assert.Empty(Directory.GetFiles(Store, "_started", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_run_that_goes_on_captures_from_where_the_first_one_began()
    {
        var table = await NewStreamTableAsync(3_000);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var pages = 0;
        Streams.OnResponse = async exchange =>
        {
            if (exchange.Operation != "Scan")
                return;
            await Client.PutItemAsync(table, Item("a", $"{exchange.Number}"), Cancellation);
            if (Interlocked.Increment(ref pages) == 12)
                await cancel.CancelAsync();
        };
        var request = FullOf(table) with { Resume = true, MaxFileBytes = 64 << 10, Compression = BackupCompression.None, ReadLimit = new CapacityLimit(200, null) };
        await Assert.ThrowsAnyAsync<Exception>(() => BackupRun.RunAsync(request, Output, cancel.Token));
        await PutAsync(table, "between", "1");

        var full = await BackUpAsync(request);
        Assert.Equal(BackupExactness.Exact, full.Exactness);
        var increment = (await ListAsync()).Single(backup => backup.Id == full.ExactWith);
        Assert.Equal(full.FromUtc, increment.FromUtc);
        Assert.True(increment.ItemCount > 1);
    }
}

using System.Text;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Core.Tests.Stores.S3;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Items out of a backup, from a folder and from a bucket.</summary>
public sealed class ItemsRunTests(DynaliteFixture dynalite, RadosGwFixture rados) : RunTest(dynalite)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_items_come_in_the_order_of_the_files_and_keys_are_found(bool bucket)
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(900)]);
        var location = bucket ? $"s3://{await rados.NewBucketAsync()}/backups" : Store;
        var backup = await BackUpAsync(RequestFor(table) with { Destinations = [location], Store = rados.OptionsFor(), MaxFileBytes = 50_000 });
        var all = await ReadAsync(backup);
        Assert.Equal(backup.ItemCount, all.Count);
        Assert.Equal(all, await ReadAsync(backup));

        var keys = Enumerable.Range(0, 3).Select(index => Key(MixedItems.KeyAt(index * 400))).Append(Key("nobody")).ToList();
        var found = await ReadAsync(backup, keys);
        Assert.Equal(3, found.Count);
        Assert.All(found, item => Assert.Contains(item, all));
        Assert.Equal((BackupErrorCode.ItemNotFound, """{"pk":{"S":"nobody"}}"""), Assert.Single(Output.Errors.Select(error => (error.Code, error.Target))));
    }

    [Fact]
    public async Task The_reading_ends_when_the_last_key_has_been_found()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000));
        var location = $"s3://{await rados.NewBucketAsync()}/backups";
        var backup = await BackUpAsync(RequestFor(table) with { Destinations = [location], Store = rados.OptionsFor(), Segments = 40, Compression = BackupCompression.None });
        var first = (await ReadAsync(backup))[0];
        using var store = RadosGwFixture.Open(location, rados.OptionsFor());
        var files = (await store.ReadTextAsync($"{backup.Path}/manifest-files.json", Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("dataFileS3Key").GetString()!).ToList();
        Assert.True(files.Count > 20, $"{files.Count} files");

        // Whatever lies far behind never comes, however fast the others are read, and nobody notices.
        await using var proxy = await rados.NewProxyAsync();
        proxy.OnRequest = exchange => files.Skip(files.Count / 2).Any(file => exchange.Target.Contains(file, StringComparison.Ordinal)) ? Task.Delay(Timeout.Infinite, exchange.Gone) : Task.CompletedTask;
        Assert.Equal([first], await ReadAsync(backup, [new ItemKey(first, MayHoldMore: true)], proxy.Endpoint));
        Assert.Empty(Output.Errors);
    }

    [Fact]
    public async Task The_reading_waits_for_the_receiver()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(3_000));
        var backup = await BackUpAsync(table);
        var (taken, most, inside) = (0, 0, 0);
        await ItemsRun.RunAsync(
            new() { Source = backup.Location, Path = backup.Path },
            async (items, cancellation) =>
            {
                Assert.Equal(1, Interlocked.Increment(ref inside));
                await Task.Delay(20, cancellation);
                (taken, most) = (taken + items.Count, Math.Max(most, items.Count));
                Interlocked.Decrement(ref inside);
            },
            Output, Cancellation);
        Assert.Equal(3_000, taken);
        Assert.InRange(most, 1, 256);
    }

    [Fact]
    public async Task A_receiver_that_fails_ends_the_run_with_its_failure()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(1_000));
        var backup = await BackUpAsync(table);
        await Assert.ThrowsAsync<FormatException>(() => ItemsRun.RunAsync(
            new() { Source = backup.Location, Path = backup.Path }, (_, _) => Task.FromException(new FormatException()), Output, Cancellation));
    }

    [Fact]
    public async Task A_cancelled_run_ends()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(1_000));
        var backup = await BackUpAsync(table);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ItemsRun.RunAsync(
            new() { Source = backup.Location, Path = backup.Path },
            async (_, cancellation) =>
            {
                await cancel.CancelAsync();
                await Task.Delay(Timeout.Infinite, cancellation);
            },
            Output, cancel.Token));
    }

    [Fact]
    public async Task Of_a_damaged_backup_what_can_be_read_is_read()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(300));
        var backup = await BackUpAsync(table);
        File.Delete(FilesOf(backup, "manifest-files.md5")[0]);
        Assert.Equal(300, (await ReadAsync(backup)).Count);
        Assert.Contains("damaged", Assert.Single(Output.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mode_that_takes_the_whole_backup_takes_no_selection()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(3));
        var backup = await BackUpAsync(table);
        var request = RestoreOf(backup, table) with { Mode = RestoreMode.Replace, Keys = [Key(MixedItems.KeyAt(1))] };
        var refused = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreRun.PlanAsync(request, Output, Cancellation));
        Assert.Equal(BackupErrorCode.InvalidArgument, refused.Code);
        Assert.Contains("-Mode Overwrite", refused.Message, StringComparison.Ordinal);
    }

    private static ItemKey Key(string pk) => new($$$"""{"pk":{"S":"{{{pk}}}"}}""");

    private async Task<List<string>> ReadAsync(BackupInfo backup, IReadOnlyList<ItemKey>? keys = null, Uri? endpoint = null)
    {
        var items = new List<string>();
        var count = await ItemsRun.RunAsync(
            new() { Source = backup.Location, Path = backup.Path, Store = endpoint is null ? rados.OptionsFor() : rados.OptionsFor(endpoint), Keys = keys },
            (batch, _) =>
            {
                items.AddRange(batch.Select(item => Encoding.UTF8.GetString(item.Span)));
                return Task.CompletedTask;
            },
            Output, Cancellation);
        Assert.Equal(items.Count, count);
        return items;
    }
}

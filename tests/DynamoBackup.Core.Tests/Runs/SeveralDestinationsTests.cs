using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>One scan feeds several stores; one of them that fails leaves the others whole.</summary>
public sealed class SeveralDestinationsTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    private string Second => Store + "-2";

    [Fact]
    public async Task One_scan_feeds_every_destination_with_the_same_backup()
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(500)]);
        await using var proxy = await Dynalite.NewProxyAsync();
        await BackUpAsync(RequestFor(table, proxy.Endpoint) with { Destinations = [Store + "-alone"] });
        var scansOfOne = proxy.RequestCount("Scan");
        proxy.ResetCounts();

        var backups = await BackupRun.RunAsync(RequestFor(table, proxy.Endpoint) with { Destinations = [Store, Second] }, Output, Cancellation);

        Assert.Equal(scansOfOne, proxy.RequestCount("Scan"));
        Assert.Equal([Store, Second], backups.Select(backup => backup.Location));
        Assert.Single(backups.Select(backup => (backup.Id, backup.ContentDigest, backup.ItemCount, backup.StoredBytes, backup.FileCount)).Distinct());
        foreach (var backup in backups)
            Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid, backup.Location);
        Assert.Empty(Output.Errors);
    }

    [Fact]
    public async Task A_destination_that_cannot_be_opened_is_named_and_the_others_get_their_backup()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(50));
        await File.WriteAllTextAsync(Second, "a file, not a folder", Cancellation);

        var backup = Assert.Single(await BackupRun.RunAsync(RequestFor(table) with { Destinations = [Second, Store] }, Output, Cancellation));

        Assert.Equal(Store, backup.Location);
        Assert.True((await VerifyAsync(backup, VerificationLevel.Content)).IsValid);
        var error = Assert.Single(Output.Errors);
        Assert.Equal((BackupErrorCode.StoreNotFound, Second), (error.Code, error.Target));
        Assert.Contains("the others go on", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_got_nothing_is_not_cleaned_up_and_not_warned_about()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(50));
        var store = new StoreOptions { EndpointUrl = "http://127.0.0.1:9", Connection = new AwsConnection { AccessKey = "a", SecretKey = "b" } };

        var backup = Assert.Single(await BackupRun.RunAsync(RequestFor(table) with { Destinations = ["s3://bucket/backups", Store], Store = store }, Output, Cancellation));

        Assert.Equal(Store, backup.Location);
        Assert.Equal(BackupErrorCode.EndpointUnreachable, Assert.Single(Output.Errors).Code);
        Assert.Empty(Output.Warnings);
    }

    [Fact]
    public async Task A_destination_that_fails_in_mid_run_is_left_without_anything_that_looks_whole()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(8_000));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnResponse = exchange =>
        {
            // From the second page on, the folder of data files cannot be written any more.
            if (exchange is { Operation: "Scan", OperationNumber: 2 })
                Spoil(Directory.GetDirectories(Second, "data", SearchOption.AllDirectories).Single());
            return Task.CompletedTask;
        };

        var backups = await BackupRun.RunAsync(
            RequestFor(table, proxy.Endpoint) with { Destinations = [Store, Second], MaxFileBytes = 20_000, Segments = 1 }, Output, Cancellation);

        var backup = Assert.Single(backups);
        Assert.Equal(Store, backup.Location);
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid);
        Assert.Equal(Second, Assert.Single(Output.Errors).Target);
        Assert.Empty(Directory.GetFiles(Second, "manifest-summary.json", SearchOption.AllDirectories));
        Assert.Empty(await CatalogRun.RunAsync(new BackupQuery { Sources = [Second] }, Output, Cancellation));
    }

    [Fact]
    public async Task Where_no_destination_is_left_the_run_fails_and_leaves_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(50));
        await File.WriteAllTextAsync(Store, "a file", Cancellation);
        await File.WriteAllTextAsync(Second, "a file", Cancellation);

        var exception = await Assert.ThrowsAsync<DynamoBackupException>(
            () => BackupRun.RunAsync(RequestFor(table) with { Destinations = [Store, Second] }, Output, Cancellation));

        Assert.Equal(BackupErrorCode.StoreNotFound, exception.Code);
    }

    [Fact]
    public async Task Several_stores_are_listed_as_one_and_one_that_is_gone_hides_none_of_the_others()
    {
        var (table, other) = (await Dynalite.NewTableAsync(MixedItems.Create(20)), await Dynalite.NewTableAsync(MixedItems.Create(20)));
        await BackUpAsync(table);
        var newest = await BackupRun.RunAsync(RequestFor(table) with { Destinations = [Store, Second] }, Output, Cancellation);
        var elsewhere = Assert.Single(await BackupRun.RunAsync(RequestFor(other) with { Destinations = [Second] }, Output, Cancellation));

        var query = new BackupQuery { Sources = [Second, Store + "-gone", Store], Latest = true };
        var found = await CatalogRun.RunAsync(query, Output, Cancellation);

        Assert.Equal([(newest[0].Id, Second), (newest[0].Id, Store), (elsewhere.Id, Second)], found.Select(backup => (backup.Id, backup.Location)));
        Assert.Equal(Store + "-gone", Assert.Single(Output.Errors).Target);
        var gone = await Assert.ThrowsAsync<DynamoBackupException>(() => CatalogRun.RunAsync(query with { Sources = [Store + "-gone"] }, Output, Cancellation));
        Assert.Equal(BackupErrorCode.StoreNotFound, gone.Code);
    }

    [Fact]
    public async Task A_destination_given_twice_is_refused_before_anything_is_read()
    {
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(
            () => BackupRun.RunAsync(RequestFor("no-such-table") with { Destinations = [Store, Path.Combine(Store, ".")] }, Output, Cancellation));
        Assert.Equal(BackupErrorCode.InvalidArgument, exception.Code);
    }

    /// <summary>Replaces a folder by a file: whatever is created in it from now on fails, also for an administrator.</summary>
    private static void Spoil(string folder)
    {
        Directory.Move(folder, folder + "-aside");
        File.WriteAllText(folder, "in the way");
    }
}

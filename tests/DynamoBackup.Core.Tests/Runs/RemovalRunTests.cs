using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Core.Tests.Stores.S3;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Backups are removed from real stores.</summary>
public sealed class RemovalRunTests(DynaliteFixture dynalite, RadosGwFixture rados) : RunTest(dynalite)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_of_two_goes_and_the_other_stays_whole(bool bucket)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(60));
        var location = bucket ? $"s3://{await rados.NewBucketAsync()}/backups" : Store;
        var request = RequestFor(table) with { Destinations = [location], Store = rados.OptionsFor() };
        var (old, kept) = (await BackUpAsync(request), await BackUpAsync(request));

        var plan = Assert.Single(await PlanAsync(new() { Source = location, Store = rados.OptionsFor(), Id = old.Id }));
        Assert.Equal((old.Path, false, BackupState.Complete), (plan.Path, plan.IsLast, plan.State));
        var removal = await RemovalRun.RunAsync(plan, rados.OptionsFor(), Output, Cancellation);

        Assert.Equal((plan.Files, plan.Bytes), (removal.Files, removal.Bytes));
        Assert.Equal(kept.Id, Assert.Single(await CatalogRun.RunAsync(new BackupQuery { Sources = [location], Store = rados.OptionsFor() }, Output, Cancellation)).Id);
        var proof = await VerifyRun.RunAsync(new VerifyRequest { Source = kept.Location, Path = kept.Path, Store = rados.OptionsFor() }, Output, Cancellation);
        Assert.True(proof.IsValid);
        using var store = RadosGwFixture.Open(location, rados.OptionsFor());
        Assert.DoesNotContain(await store.NamesAsync("", Cancellation), name => name.Contains(old.Id, StringComparison.Ordinal));
        Assert.True(Assert.Single(await PlanAsync(new() { Source = location, Store = rados.OptionsFor(), Path = kept.Path })).IsLast);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(3, false)]
    public async Task Where_deleting_is_denied_the_error_says_what_is_left(int deniedFrom, bool isWhole)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(60));
        var location = $"s3://{await rados.NewBucketAsync()}/backups";
        var backup = await BackUpAsync(RequestFor(table) with { Destinations = [location], Store = rados.OptionsFor() });
        await using var proxy = await rados.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "DeleteObject" && exchange.OperationNumber >= deniedFrom)
                exchange.Respond(S3Errors.Error(403, "AccessDenied", "Access Denied"));
            return Task.CompletedTask;
        };
        var plan = Assert.Single(await PlanAsync(new() { Source = location, Store = rados.OptionsFor(), Id = backup.Id }));
        var failure = await Assert.ThrowsAsync<DynamoBackupException>(() => RemovalRun.RunAsync(plan, rados.OptionsFor(proxy.Endpoint), Output, Cancellation));

        Assert.Equal(BackupErrorCode.StoreAccessDenied, failure.Code);
        Assert.Contains(isWhole ? "still there, as it was" : "2 of the", failure.Message, StringComparison.Ordinal);
        var listed = await CatalogRun.RunAsync(new BackupQuery { Sources = [location], Store = rados.OptionsFor() }, Output, Cancellation);
        Assert.Equal(isWhole ? 1 : 0, listed.Count);
        if (isWhole)
        {
            var proof = await VerifyRun.RunAsync(new VerifyRequest { Source = backup.Location, Path = backup.Path, Store = rados.OptionsFor() }, Output, Cancellation);
            Assert.Empty(proof.Findings);
        }

        await RemovalRun.RunAsync(Assert.Single(await PlanAsync(new() { Source = location, Store = rados.OptionsFor(), Id = backup.Id })), rados.OptionsFor(), Output, Cancellation);
        using var store = RadosGwFixture.Open(location, rados.OptionsFor());
        Assert.Empty(await store.NamesAsync("", Cancellation));
    }

    [Fact]
    public async Task What_a_killed_writer_has_left_in_a_folder_goes_with_the_backup()
    {
        var folder = Path.Combine(Store, "Orders", "AWSDynamoDB", "01700000000000-0a1b2c3d");
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "_started"), [], Cancellation);
        await File.WriteAllBytesAsync(Path.Combine(folder, "data", ".abc.json.gz.0123abcd.tmp"), new byte[1000], Cancellation);
        File.SetLastWriteTimeUtc(Path.Combine(folder, "_started"), DateTime.UtcNow.AddHours(-1));
        await RemovalRun.RunAsync(Assert.Single(await PlanAsync(new() { Source = Store, Unfinished = true, OlderThan = TimeSpan.Zero })), new(), Output, Cancellation);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Store));
    }

    [Fact]
    public async Task An_export_by_AWS_is_removed_and_an_incremental_one_is_not()
    {
        AwsExport.Create(new(), [["""{"Id":{"N":"1"}}"""]]).WriteTo(Store);
        var full = Assert.Single(await ListAsync());
        await RemovalRun.RunAsync(Assert.Single(await PlanAsync(new() { Source = Store, Id = full.Id })), new(), Output, Cancellation);
        AssertNothingLeft();

        AwsExport.Create(new() { Kind = ExportKind.Incremental }, [["a line"]]).WriteTo(Store);
        var incremental = Assert.Single(await ListAsync());
        var refused = await Assert.ThrowsAsync<DynamoBackupException>(() => PlanAsync(new() { Source = Store, Id = incremental.Id }));
        Assert.Equal(BackupErrorCode.FormatNotSupported, refused.Code);
        Assert.Contains("shares with others", refused.Message, StringComparison.Ordinal);
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task Nothing_to_go_by_and_what_is_no_id_are_refused()
    {
        foreach (var request in new RemovalRequest[] { new() { Source = Store }, new() { Source = Store, Id = "x" }, new() { Source = Store, Unfinished = true, OlderThan = TimeSpan.FromDays(-1) } })
            Assert.Equal(BackupErrorCode.InvalidArgument, (await Assert.ThrowsAsync<DynamoBackupException>(() => PlanAsync(request))).Code);
    }

    private Task<IReadOnlyList<RemovalPlan>> PlanAsync(RemovalRequest request) => RemovalRun.PlanAsync(request, Output, Cancellation);
}

using System.Collections.Concurrent;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Stores.S3;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Security;

/// <summary>The store's policies in docs/SECURITY.md, held against the calls that S3 sees.</summary>
public sealed class StorePolicyTests(DynaliteFixture dynalite, RadosGwFixture rados) : RunTest(dynalite)
{
    [Fact]
    public async Task Storing_needs_what_its_policy_allows()
    {
        var location = $"s3://{await rados.NewBucketAsync()}/backups";
        var table = await Dynalite.NewTableAsync(MixedItems.Create(60));
        var called = await CallsOfAsync("store-write", async options =>
        {
            var request = RequestFor(table) with { Destinations = [location], Store = options with { Tags = new Dictionary<string, string> { ["team"] = "orders" } } };
            Assert.Equal(60, (await BackUpAsync(request)).ItemCount);

            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            await using var proxy = await Dynalite.NewProxyAsync();
            proxy.OnRequest = exchange => exchange is { Operation: "Scan", OperationNumber: 2 } ? cancel.CancelAsync() : Task.CompletedTask;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackupRun.RunAsync(
                request with { Connection = DynaliteFixture.ConnectTo(proxy.Endpoint) }, Output, cancel.Token));

            // A file of several parts that is given up.
            using var store = RadosGwFixture.Open(location, options);
            await using var writer = await store.CreateAsync("given/up", Cancellation);
            await writer.Stream.WriteAsync(new byte[12 << 20], Cancellation);
            await writer.WaitForRoomAsync(Cancellation);
        });
        var policy = RolePolicy.Of("store-write");
        policy.AssertFits("s3", called);
        Assert.Equal([], policy.Actions.Where(action => action.StartsWith("s3:", StringComparison.Ordinal)).Except(called.Select(IamAction.Of)));
    }

    [Fact]
    public async Task Listing_testing_and_restoring_need_what_their_policy_allows()
    {
        var location = $"s3://{await rados.NewBucketAsync()}/backups";
        var table = await Dynalite.NewTableAsync(MixedItems.Create(60));
        await BackUpAsync(RequestFor(table) with { Destinations = [location], Store = rados.OptionsFor() });
        var called = await CallsOfAsync("store-read", async options =>
        {
            var backup = Assert.Single(await CatalogRun.RunAsync(new BackupQuery { Sources = [location], Store = options }, Output, Cancellation));
            var proof = await VerifyRun.RunAsync(new VerifyRequest { Source = backup.Location, Path = backup.Path, Level = VerificationLevel.Content, Store = options }, Output, Cancellation);
            Assert.True(proof.IsValid);
            Assert.True((await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("New")) with { Store = options })).Verified);
        });
        RolePolicy.Of("store-read").AssertFits("s3", called);
    }

    [Fact]
    public async Task Removing_needs_what_its_policy_allows()
    {
        var location = $"s3://{await rados.NewBucketAsync()}/backups";
        var table = await Dynalite.NewTableAsync(MixedItems.Create(60));
        var backup = await BackUpAsync(RequestFor(table) with { Destinations = [location], Store = rados.OptionsFor() });
        var called = await CallsOfAsync("store-remove", async options =>
        {
            var plan = Assert.Single(await RemovalRun.PlanAsync(new() { Source = location, Store = options, Id = backup.Id }, Output, Cancellation));
            await RemovalRun.RunAsync(plan, options, Output, Cancellation);
        });
        RolePolicy.Of("store-remove").AssertFits("s3", called);
    }

    /// <summary>Does a role's work through a proxy that keeps to the role's policy.</summary>
    private async Task<IReadOnlyCollection<string>> CallsOfAsync(string role, Func<StoreOptions, Task> work)
    {
        await using var proxy = await rados.NewProxyAsync();
        var headers = new ConcurrentBag<string>();
        proxy.OnRequest = exchange =>
        {
            // S3 asks for a permission of its own where tags come along.
            if (exchange.RequestHeaders.ContainsKey("x-amz-tagging"))
                headers.Add("PutObjectTagging");
            return RolePolicy.Of(role).EnforceAsync(exchange);
        };
        await work(rados.OptionsFor(proxy.Endpoint));
        return [.. proxy.Requests.Keys, .. headers.Distinct()];
    }
}

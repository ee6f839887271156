using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A backup behind a bad line or a bad server ends complete and equal, or as an error with nothing left.</summary>
public sealed class BackupFaultTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    public static TheoryData<string, Action<ProxyExchange>> PassingFaults => new()
    {
        { "wrong CRC", exchange => exchange.CorruptCrc() },
        { "one byte changed on the way", exchange => exchange.ResponseBody[exchange.ResponseBody.Length / 2] ^= 1 },
        { "body cut", exchange => exchange.TruncateAt = exchange.ResponseBody.Length / 2 },
        { "connection cut", exchange => exchange.Abort() },
        { "internal server error", exchange => exchange.Respond(DynamoErrors.InternalServerError()) },
        { "service unavailable", exchange => exchange.Respond(DynamoErrors.ServiceUnavailable()) },
        { "throttled", exchange => exchange.Respond(DynamoErrors.ProvisionedThroughputExceeded()) },
        { "request limit", exchange => exchange.Respond(DynamoErrors.RequestLimitExceeded()) },
        { "slow drip", exchange => (exchange.PieceSize, exchange.PiecePause) = (100_000, TimeSpan.FromMilliseconds(5)) },
    };

    [Theory]
    [MemberData(nameof(PassingFaults), DisableDiscoveryEnumeration = true)]
    public async Task A_fault_that_passes_costs_nothing(string name, Action<ProxyExchange> fault)
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(300)]);
        await using var proxy = await Dynalite.NewProxyAsync();
        var faults = 0;
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.OperationNumber % 2 == 1 && exchange.OperationNumber < 12)
            {
                Interlocked.Increment(ref faults);
                fault(exchange);
            }

            return Task.CompletedTask;
        };

        var backup = await BackUpAsync(table, proxy.Endpoint);

        Assert.True(faults > 0, name);
        Assert.True((await VerifyAsync(backup, VerificationLevel.Live)).IsValid, name);
    }

    [Fact]
    public async Task Throttling_that_outlasts_the_sdks_retries_is_waited_out()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(50));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.OperationNumber <= 13)
                exchange.Respond(DynamoErrors.Throttling());
            return Task.CompletedTask;
        };

        var backup = await BackUpAsync(RequestFor(table, proxy.Endpoint) with { Segments = 1 });

        Assert.Equal(50, backup.ItemCount);
        Assert.Contains(Output.Messages, message => message.Contains("trying again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_page_that_holds_fewer_items_than_it_says_ends_the_run_and_leaves_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(50));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.ResponseJson() is var page && page["Items"]!.AsArray() is { Count: > 0 } items)
            {
                items.RemoveAt(0);
                exchange.ReplaceResponse(page);
            }

            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(table, proxy.Endpoint));

        Assert.Equal(BackupErrorCode.AccountingMismatch, error.Code);
        AssertNothingLeft();
    }

    [Fact]
    public async Task A_permission_that_ends_in_mid_run_is_an_error_and_leaves_nothing()
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(2_000)]);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.OperationNumber > 2)
                exchange.Respond(DynamoErrors.AccessDenied());
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(RequestFor(table, proxy.Endpoint) with { MaxFileBytes = 1 }));

        Assert.Equal(BackupErrorCode.AccessDenied, error.Code);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData("not json at all")]
    [InlineData("{\"Count\":1,\"Items\":[{\"pk\":{\"S\":\"a\"}")]
    [InlineData("{\"Count\":1,\"Items\":[{\"pk\":{\"X\":\"a\"}}]}")]
    public async Task An_endpoint_that_answers_nonsense_is_an_error_and_leaves_nothing(string body)
    {
        var table = await Dynalite.NewTableAsync([]);
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "Scan")
                exchange.Respond(ProxyAnswer.Json(200, body));
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BackUpAsync(RequestFor(table, proxy.Endpoint) with { Segments = 1 }));

        Assert.Contains(error.Code, new[] { BackupErrorCode.RequestRefused, BackupErrorCode.InvalidItem, BackupErrorCode.Unexpected });
        AssertNothingLeft();
    }

    [Fact]
    public async Task Cancelled_in_mid_run_it_ends_at_once_and_leaves_nothing()
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000));
        await using var proxy = await Dynalite.NewProxyAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        proxy.OnResponse = async exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.OperationNumber == 2)
                await cancel.CancelAsync();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BackupRun.RunAsync(RequestFor(table, proxy.Endpoint), Output, cancel.Token));

        var asked = proxy.RequestCount("Scan");
        AssertNothingLeft();
        Assert.Empty(await ListAsync());
        Assert.Equal(asked, proxy.RequestCount("Scan"));
    }
}

using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>The service does what it is asked for, and the answer does not come, or comes to no end.</summary>
public sealed class LostAnswerTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("CreateTable")]
    [InlineData("BatchWriteItem")]
    [InlineData("DescribeTable")]
    public async Task A_restore_goes_on_when_an_answer_is_lost(string operation)
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(100)));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == operation && exchange.OperationNumber == 1)
                exchange.Abort();
            return Task.CompletedTask;
        };

        var restored = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy"), proxy.Endpoint));

        Assert.True(restored.Verified);
        Assert.Equal(2, Math.Min(2, proxy.RequestCount(operation)));
    }

    [Fact]
    public async Task A_table_of_someone_else_is_not_taken_for_ours()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(10)));
        var target = DynaliteFixture.NewName("Theirs");
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = async exchange =>
        {
            if (exchange is not { Operation: "CreateTable", OperationNumber: 1 })
                return;
            await SampleTables.CreateAsync(Dynalite.Client, target, cancellationToken: Cancellation);
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, target, proxy.Endpoint)));

        Assert.Equal(BackupErrorCode.TableNotReady, error.Code);
        Assert.True(await Dynalite.TableExistsAsync(target));
    }

    [Fact]
    public async Task A_table_whose_creation_is_never_answered_is_told_of()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(10)));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "CreateTable")
                exchange.Respond(DynamoErrors.InternalServerError());
            return Task.CompletedTask;
        };
        var request = RestoreOf(backup, DynaliteFixture.NewName("Copy")) with { Connection = DynaliteFixture.ConnectTo(proxy.Endpoint) with { Patience = Soon } };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(request));

        Assert.Equal(BackupErrorCode.EndpointUnreachable, error.Code);
        Assert.Contains("delete it by hand", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_whose_deletion_was_not_answered_is_deleted_all_the_same()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(100)));
        var target = DynaliteFixture.NewName("Copy");
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem")
                exchange.Respond(DynamoErrors.AccessDenied("dynamodb:BatchWriteItem"));
            return Task.CompletedTask;
        };
        proxy.OnResponse = exchange =>
        {
            if (exchange is { Operation: "DeleteTable", OperationNumber: 1 })
                exchange.Abort();
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, target, proxy.Endpoint)));

        Assert.Equal(BackupErrorCode.AccessDenied, error.Code);
        Assert.Contains("was deleted again", error.Message, StringComparison.Ordinal);
        Assert.False(await Dynalite.TableExistsAsync(target));
    }

    [Theory]
    [InlineData("CreateTable", true)]
    [InlineData("CreateTable", false)]
    [InlineData("BatchWriteItem", true)]
    [InlineData("Scan", false)]
    public async Task An_answer_that_stalls_is_given_up_and_asked_for_again(string operation, bool inBody)
    {
        var table = await Dynalite.NewTableAsync(MixedItems.Create(100));
        await using var proxy = await Dynalite.NewProxyAsync();
        var stall = new FaultSchedule(1, new FaultPlan(inBody ? FaultKind.StallInBody : FaultKind.Stall, 1000, From: 1, To: 1));
        var injector = FaultInjector.OnDynamo(proxy, stall);
        var connection = DynaliteFixture.ConnectTo(proxy.Endpoint) with { LongestSilence = Soon };
        injector.Operation = operation;

        var backup = await BackUpAsync(RequestFor(table) with { Connection = connection });
        var restored = await RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy")) with { Connection = connection });

        Assert.True(restored.Verified);
        Assert.Equal(1, injector.Injected.Values.Single());
    }

    [Fact]
    public async Task More_items_given_back_than_were_sent_end_the_run()
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(10)));
        await using var proxy = await Dynalite.NewProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation != "BatchWriteItem")
                return Task.CompletedTask;
            var request = exchange.RequestJson();
            var operations = request["RequestItems"]!.AsObject().Single().Value!.AsArray();
            operations.Add(operations[0]!.DeepClone());
            exchange.Respond(ProxyAnswer.Json(200, $$"""{"UnprocessedItems":{{request["RequestItems"]!.ToJsonString()}}}"""));
            return Task.CompletedTask;
        };

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, DynaliteFixture.NewName("Copy"), proxy.Endpoint)));
        Assert.Equal(BackupErrorCode.AccountingMismatch, error.Code);
    }
}

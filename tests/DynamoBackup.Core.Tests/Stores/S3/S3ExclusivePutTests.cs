using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores.S3;

/// <summary>The commit's put, on services that keep the condition, refuse it, ignore it, or lose their answer.</summary>
public sealed class S3ExclusivePutTests(RadosGwFixture rados) : S3Test(rados)
{
    private static readonly byte[] Mine = "mine"u8.ToArray();
    private static readonly byte[] Other = "other"u8.ToArray();

    [Fact]
    public async Task The_condition_is_sent_and_lets_one_of_sixteen_commits_win()
    {
        var conditional = 0;
        Proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "PutObject" && exchange.RequestHeaders.IfNoneMatch == "*") Interlocked.Increment(ref conditional);
            return Task.CompletedTask;
        };
        using var start = new Barrier(16);
        var commits = Enumerable.Range(0, 16).Select(writer => Task.Factory.StartNew(
            () =>
            {
                using var store = Open(Options);
                start.SignalAndWait(Cancellation);
                return Record.Exception(() => store.PutIfAbsentAsync("summary", new[] { (byte)writer }, Cancellation).GetAwaiter().GetResult());
            },
            Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var outcomes = await Task.WhenAll(commits);

        Assert.True(conditional > 0);
        var winner = Assert.Single(Enumerable.Range(0, 16), writer => outcomes[writer] is null);
        Assert.All(outcomes.OfType<Exception>(), loser => Assert.Equal(BackupErrorCode.StoreConflict, Assert.IsType<DynamoBackupException>(loser).Code));
        Assert.Equal([(byte)winner], await Store.ReadAsync("summary", Cancellation));
    }

    [Fact]
    public async Task Where_the_answer_to_a_successful_put_is_lost_reading_back_tells_that_it_was_ours()
    {
        Proxy.OnResponse = exchange =>
        {
            if (exchange is { Operation: "PutObject", OperationNumber: 1 }) exchange.Abort();
            return Task.CompletedTask;
        };
        await Store.PutIfAbsentAsync("summary", Mine, Cancellation);
        Assert.Equal(2, Proxy.RequestCount("PutObject"));
        Assert.Equal(Mine, await Store.ReadAsync("summary", Cancellation));
    }

    [Fact]
    public async Task Where_another_writer_came_between_looking_and_putting_it_is_a_conflict()
    {
        BeforeTheFirstPut(() => PutBesideAsync("summary", Other));
        var exception = await FailsAsync(BackupErrorCode.StoreConflict, () => Store.PutIfAbsentAsync("summary", Mine, Cancellation));
        Assert.Equal("summary", exception.Target);
        Assert.Equal(Other, await Store.ReadAsync("summary", Cancellation));
    }

    [Fact]
    public async Task Where_another_writer_put_the_same_bytes_it_is_a_success()
    {
        BeforeTheFirstPut(() => PutBesideAsync("summary", Mine));
        await Store.PutIfAbsentAsync("summary", Mine, Cancellation);
    }

    [Fact]
    public async Task A_collision_that_the_service_reports_is_tried_again()
    {
        Answer("PutObject", number => number <= 3, S3Errors.ConditionalRequestConflict);
        await Store.PutIfAbsentAsync("summary", Mine, Cancellation);
        Assert.Equal(4, Proxy.RequestCount("PutObject"));
        Assert.Equal(Mine, await Store.ReadAsync("summary", Cancellation));
    }

    [Fact]
    public async Task A_service_that_does_not_implement_the_condition_is_written_without_it_and_said_so()
    {
        Proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "PutObject" && exchange.RequestHeaders.IfNoneMatch.Count > 0) exchange.Respond(S3Errors.NotImplemented());
            return Task.CompletedTask;
        };
        await Store.PutIfAbsentAsync("summary", Mine, Cancellation);
        await Store.PutIfAbsentAsync("next", Mine, Cancellation);

        Assert.Equal(3, Proxy.RequestCount("PutObject"));
        Assert.Contains(Output.Messages, message => message.Contains("does not know conditional writes", StringComparison.Ordinal));
        await Store.PutIfAbsentAsync("summary", Mine, Cancellation);
        await FailsAsync(BackupErrorCode.StoreConflict, () => Store.PutIfAbsentAsync("summary", Other, Cancellation));
        Assert.Equal(Mine, await Store.ReadAsync("summary", Cancellation));
    }

    [Fact]
    public async Task A_service_that_ignores_the_condition_does_not_lose_what_was_there()
    {
        IgnoreTheCondition();
        await PutBesideAsync("summary", Other);
        await FailsAsync(BackupErrorCode.StoreConflict, () => Store.PutIfAbsentAsync("summary", Mine, Cancellation));
        Assert.Equal(Other, await Store.ReadAsync("summary", Cancellation));
        Assert.Equal(0, Proxy.RequestCount("PutObject"));
    }

    [Fact]
    public async Task A_service_that_ignores_the_condition_tells_the_writer_who_was_overtaken()
    {
        IgnoreTheCondition(andThen: () => PutBesideAsync("summary", Other));
        await FailsAsync(BackupErrorCode.StoreConflict, () => Store.PutIfAbsentAsync("summary", Mine, Cancellation));
    }

    [Fact]
    public async Task What_vanished_after_the_put_is_an_error()
    {
        IgnoreTheCondition(andThen: () => Rados.Client.DeleteObjectAsync(Bucket, "backups/summary", Cancellation));
        await FailsAsync(BackupErrorCode.StoreWriteFailed, () => Store.PutIfAbsentAsync("summary", Mine, Cancellation));
    }

    private Task PutBesideAsync(string name, byte[] content) => Rados.Client.PutObjectAsync(
        new() { BucketName = Bucket, Key = $"backups/{name}", InputStream = new MemoryStream(content) }, Cancellation);

    private void BeforeTheFirstPut(Func<Task> action) => Proxy.OnRequest = exchange =>
        exchange is { Operation: "PutObject", OperationNumber: 1 } ? action() : Task.CompletedTask;

    /// <summary>The condition is under the signature, so it can't be taken out on the way: the proxy puts the object itself.</summary>
    private void IgnoreTheCondition(Func<Task>? andThen = null) => Proxy.OnRequest = async exchange =>
    {
        if (exchange.Operation != "PutObject") return;
        await PutBesideAsync("summary", exchange.RequestBody);
        if (andThen is not null) await andThen();
        exchange.Respond(new ProxyAnswer(200, [], "application/xml"));
    };
}

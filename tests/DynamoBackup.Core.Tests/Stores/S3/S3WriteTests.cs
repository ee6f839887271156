using Amazon.S3.Model;
using DynamoBackup.Stores;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores.S3;

/// <summary>How objects get into a bucket: in one request or in parts, in bounded memory, and nothing of what was given up.</summary>
public sealed class S3WriteTests(RadosGwFixture rados) : S3Test(rados)
{
    private const int Part = 5 << 20;

    [Fact]
    public async Task A_large_object_goes_in_parts_and_comes_back_byte_for_byte()
    {
        var content = RandomBytes((4 * Part) + 12_345);
        await using (var writer = await Store.CreateAsync("data/big", Cancellation))
        {
            await WriteInPiecesAsync(writer, content);
            await writer.CommitAsync(Cancellation);
        }

        Assert.Equal(5, Proxy.RequestCount("UploadPart"));
        Assert.Equal(0, Proxy.RequestCount("PutObject"));
        Assert.Equal(content, await Store.ReadAsync("data/big", Cancellation));
        Assert.Equal([new StoreEntry("data/big", content.Length)], await Store.EntriesAsync("", Cancellation));
        Assert.Empty(await UploadsAsync());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(Part - 1, 0)]
    [InlineData(Part, 0)]
    [InlineData(Part + 1, 2)]
    [InlineData(2 * Part, 2)]
    public async Task An_object_of_up_to_one_part_goes_in_one_request(int length, int parts)
    {
        var content = RandomBytes(length);
        await Store.WriteAsync("object", content, Cancellation);
        Assert.Equal(parts, Proxy.RequestCount("UploadPart"));
        Assert.Equal(parts == 0 ? 1 : 0, Proxy.RequestCount("PutObject"));
        Assert.Equal(content, await Store.ReadAsync("object", Cancellation));
    }

    [Fact]
    public async Task A_slow_service_holds_the_writer_back_so_that_memory_stays_bounded()
    {
        var content = RandomBytes(60_000_000);
        var gate = new TaskCompletionSource();
        var (written, sending, most) = (0, 0, 0);
        Proxy.OnRequest = async exchange =>
        {
            if (exchange.Operation != "UploadPart") return;
            most = Math.Max(most, Interlocked.Increment(ref sending));
            await gate.Task.WaitAsync(exchange.Gone);
            Interlocked.Decrement(ref sending);
        };
        await using var writer = await Store.CreateAsync("big", Cancellation);
        var writing = Task.Run(() => WriteInPiecesAsync(writer, content, count => Volatile.Write(ref written, count)), Cancellation);

        while (Proxy.RequestCount("UploadPart") < 4)
            await Task.Delay(20, Cancellation);
        await Task.Delay(700, Cancellation);
        Assert.False(writing.IsCompleted);
        // Four parts on their way, one waiting for a slot, and what was written when it began to wait.
        Assert.InRange(Volatile.Read(ref written), 4 * Part, (5 * Part) + 2_000_000);

        gate.SetResult();
        await writing;
        await writer.CommitAsync(Cancellation);
        Assert.Equal(4, most);
        Assert.Equal(content, await Store.ReadAsync("big", Cancellation));
    }

    [Fact]
    public async Task Writing_itself_never_waits_for_the_network()
    {
        var gate = new TaskCompletionSource();
        Proxy.OnRequest = exchange => gate.Task.WaitAsync(exchange.Gone);
        await using var writer = await Store.CreateAsync("big", Cancellation);
        writer.Stream.Write(RandomBytes(6 * Part));
        var room = writer.WaitForRoomAsync(Cancellation).AsTask();
        Assert.False(room.IsCompleted);
        gate.SetResult();
        await room;
        await writer.CommitAsync(Cancellation);
        Assert.Equal(6 * Part, (await Store.FindAsync("big", Cancellation))?.Length);
    }

    [Fact]
    public async Task An_abandoned_object_leaves_no_listing_and_no_unfinished_upload()
    {
        await using (var writer = await Store.CreateAsync("data/big", Cancellation))
            await WriteInPiecesAsync(writer, RandomBytes(3 * Part));

        Assert.Empty(await Store.EntriesAsync("", Cancellation));
        Assert.Equal(1, Proxy.RequestCount("AbortMultipartUpload"));
        Assert.Empty(await UploadsAsync());
        Assert.Empty(Output.Warnings);
    }

    [Fact]
    public async Task A_cancelled_write_is_cleaned_up_too_with_parts_still_on_their_way()
    {
        using var cancelled = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        Proxy.OnRequest = exchange => exchange.Operation == "UploadPart" ? gate.Task.WaitAsync(exchange.Gone) : Task.CompletedTask;
        await using (var writer = await Store.CreateAsync("data/big", cancelled.Token))
        {
            writer.Stream.Write(RandomBytes(2 * Part));
            var committing = writer.CommitAsync(cancelled.Token);
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => committing);
        }

        Assert.Empty(await UploadsAsync());
        Assert.Empty(await Store.EntriesAsync("", Cancellation));
        gate.SetResult();
    }

    [Fact]
    public async Task An_upload_that_cannot_be_ended_is_told_and_hides_no_other_error()
    {
        Answer("AbortMultipartUpload", _ => true, () => S3Errors.Error(403, "AccessDenied", "Access Denied"));
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var writer = await Store.CreateAsync("data/big", Cancellation);
            await WriteInPiecesAsync(writer, RandomBytes(2 * Part));
            throw new InvalidOperationException("the first error");
        });

        Assert.Equal("the first error", exception.Message);
        var warning = Assert.Single(Output.Warnings);
        Assert.Contains("AbortIncompleteMultipartUpload", warning, StringComparison.Ordinal);
        Assert.Contains("data/big", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_fails_for_good_is_told_to_whoever_writes_and_waits()
    {
        Answer("UploadPart", _ => true, () => S3Errors.Error(403, "AccessDenied", "Access Denied"));
        await using var writer = await Store.CreateAsync("data/big", Cancellation);
        var exception = await FailsAsync(BackupErrorCode.StoreAccessDenied, async () =>
        {
            while (true)
                await WriteInPiecesAsync(writer, RandomBytes(Part));
        });
        Assert.Contains("s3:PutObject", exception.Message, StringComparison.Ordinal);
        await FailsAsync(BackupErrorCode.StoreAccessDenied, () => writer.CommitAsync(Cancellation));
    }

    [Fact]
    public async Task Throttling_and_failures_on_the_way_are_waited_out()
    {
        Proxy.OnRequest = exchange =>
        {
            if (exchange.OperationNumber <= 5) exchange.Respond(S3Errors.SlowDown());
            else if (exchange.OperationNumber == 6) exchange.Abort();
            else if (exchange.OperationNumber == 7) exchange.Respond(S3Errors.InternalError());
            return Task.CompletedTask;
        };
        var content = RandomBytes(2 * Part);
        await Store.WriteAsync("big", content, Cancellation);
        await Store.PutIfAbsentAsync("small", "x"u8.ToArray(), Cancellation);

        Assert.Equal(content, await Store.ReadAsync("big", Cancellation));
        Assert.Equal(["big", "small"], await Store.NamesAsync("", Cancellation));
        Assert.Contains(Output.Messages, message => message.Contains("waiting and trying again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_completion_whose_answer_was_lost_is_found_to_have_happened()
    {
        Proxy.OnResponse = exchange =>
        {
            if (exchange is { Operation: "CompleteMultipartUpload", OperationNumber: 1 }) exchange.Abort();
            return Task.CompletedTask;
        };
        var content = RandomBytes(2 * Part);
        await Store.WriteAsync("big", content, Cancellation);
        Assert.True(Proxy.RequestCount("CompleteMultipartUpload") > 1);
        Assert.Equal(content, await Store.ReadAsync("big", Cancellation));
    }

    [Fact]
    public async Task Bytes_that_change_on_their_way_are_refused_and_sent_again()
    {
        Proxy.OnRequest = exchange =>
        {
            if (exchange is { Operation: "PutObject" or "UploadPart", OperationNumber: 1 })
                exchange.RequestBody = [.. exchange.RequestBody[..^1], (byte)(exchange.RequestBody[^1] ^ 1)];
            return Task.CompletedTask;
        };
        var content = RandomBytes(100_000);
        await Store.WriteAsync("small", content, Cancellation);
        Assert.Equal(content, await Store.ReadAsync("small", Cancellation));
    }

    [Fact]
    public async Task Every_body_carries_its_MD5()
    {
        var headers = new System.Collections.Concurrent.ConcurrentBag<string>();
        Proxy.OnRequest = exchange =>
        {
            if (exchange.Operation is "PutObject" or "UploadPart")
            {
                headers.Add(exchange.RequestHeaders["Content-MD5"].ToString());
                Assert.Equal(Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(exchange.RequestBody)), exchange.RequestHeaders["Content-MD5"].ToString());
            }

            return Task.CompletedTask;
        };
        await Store.WriteAsync("big", RandomBytes(2 * Part), Cancellation);
        await Store.WriteAsync("small", RandomBytes(100), Cancellation);
        await Store.PutIfAbsentAsync("manifest", RandomBytes(100), Cancellation);
        Assert.Equal(4, headers.Count);
    }

    private async Task<IReadOnlyList<string>> UploadsAsync()
    {
        var uploads = await Rados.Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket }, Cancellation);
        return [.. (uploads.MultipartUploads ?? []).Select(upload => upload.Key)];
    }
}

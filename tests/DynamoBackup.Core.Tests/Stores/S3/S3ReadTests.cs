using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores.S3;

/// <summary>Reads end with every byte of one object, or with an error.</summary>
public sealed class S3ReadTests(RadosGwFixture rados) : S3Test(rados)
{
    private readonly byte[] _content = RandomBytes(3_000_000);

    [Fact]
    public async Task A_read_that_is_cut_in_mid_body_goes_on_from_where_it_was()
    {
        await Store.WriteAsync("object", _content, Cancellation);
        var ranges = new List<string>();
        Proxy.OnResponse = exchange =>
        {
            if (exchange.Operation != "GetObject") return Task.CompletedTask;
            ranges.Add(exchange.RequestHeaders.Range.ToString());
            if (exchange.OperationNumber <= 4) exchange.TruncateAt = 500_000;
            return Task.CompletedTask;
        };

        Proxy.ResetCounts();
        Assert.Equal(_content, await Store.ReadAsync("object", Cancellation));

        Assert.Equal(5, ranges.Count);
        Assert.Equal("", ranges[0]);
        Assert.All(ranges.Skip(1), range => Assert.Matches("^bytes=[1-9][0-9]*-2999999$", range));
        Assert.Contains(Output.Messages, message => message.Contains("goes on at byte", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_read_that_never_gets_on_ends_with_an_error()
    {
        await Store.WriteAsync("object", _content, Cancellation);
        Proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "GetObject") exchange.TruncateAt = exchange.RequestHeaders.Range.Count == 0 ? 500_000 : 0;
            return Task.CompletedTask;
        };
        var exception = await FailsAsync(BackupErrorCode.StoreReadFailed, () => Store.ReadAsync("object", Cancellation));
        Assert.Contains("run the command again", exception.Message, StringComparison.Ordinal);
        Assert.Equal($"s3://{Bucket}/backups/object", exception.Target);
    }

    [Fact]
    public async Task An_object_that_was_replaced_while_it_was_read_is_an_error()
    {
        await Store.WriteAsync("object", _content, Cancellation);
        using var direct = Open(Rados.OptionsFor());
        Proxy.OnResponse = async exchange =>
        {
            if (exchange is not { Operation: "GetObject", OperationNumber: 1 }) return;
            exchange.TruncateAt = 500_000;
            await direct.WriteAsync("object", RandomBytes(2_999_999), Cancellation);
        };
        Proxy.ResetCounts();
        var exception = await FailsAsync(BackupErrorCode.StoreReadFailed, () => Store.ReadAsync("object", Cancellation));
        Assert.Contains("replaced", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_object_that_was_deleted_while_it_was_read_is_an_error()
    {
        await Store.WriteAsync("object", _content, Cancellation);
        using var direct = Open(Rados.OptionsFor());
        Proxy.OnResponse = async exchange =>
        {
            if (exchange is not { Operation: "GetObject", OperationNumber: 1 }) return;
            exchange.TruncateAt = 500_000;
            await direct.DeleteAsync("object", Cancellation);
        };
        Proxy.ResetCounts();
        var exception = await FailsAsync(BackupErrorCode.StoreReadFailed, () => Store.ReadAsync("object", Cancellation));
        Assert.Contains("deleted", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_does_not_keep_a_range_is_not_trusted()
    {
        await Store.WriteAsync("object", _content, Cancellation);
        Proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "GetObject" && exchange.RequestHeaders.Range.Count == 0) exchange.TruncateAt = 500_000;
            else if (exchange.Operation == "GetObject") exchange.StatusCode = 200;
            return Task.CompletedTask;
        };
        var exception = await FailsAsync(BackupErrorCode.StoreReadFailed, () => Store.ReadAsync("object", Cancellation));
        Assert.Contains("did not go on", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archived_object_is_an_error_that_says_to_thaw_it()
    {
        await Store.WriteAsync("object", _content, Cancellation);
        Answer("GetObject", _ => true, S3Errors.InvalidObjectState);
        var exception = await FailsAsync(BackupErrorCode.StoreReadFailed, () => Store.OpenReadAsync("object", Cancellation));
        Assert.Contains("Thaw it", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_other_tools_leave_in_a_bucket_is_passed_over()
    {
        await Store.WriteAsync("folder/object", "x"u8.ToArray(), Cancellation);
        foreach (var key in new[] { "backups/", "backups/folder/", "backups/.hidden", "backups/folder/.tmp/x", "backups/a//b", "backups/c:d", "backups-other/x", "x" })
            await Rados.Client.PutObjectAsync(new() { BucketName = Bucket, Key = key, ContentBody = "x" }, Cancellation);

        Assert.Equal(["folder/object"], await Store.NamesAsync("", Cancellation));
        Assert.Equal(["a", "folder"], await Store.FoldersAsync("", Cancellation));
        using var root = Open(Rados.OptionsFor(), "");
        Assert.Equal(["backups", "backups-other"], await root.FoldersAsync("", Cancellation));
        Assert.Equal(["backups-other/x", "backups/folder/object", "x"], await root.NamesAsync("", Cancellation));
    }

    [Fact]
    public async Task A_listing_that_breaks_off_without_a_way_to_go_on_is_an_error()
    {
        await Store.WriteAsync("object", "x"u8.ToArray(), Cancellation);
        Proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "ListObjectsV2")
                exchange.ResponseBody = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(exchange.ResponseBody).Replace("<IsTruncated>false", "<IsTruncated>true", StringComparison.Ordinal));
            return Task.CompletedTask;
        };
        await FailsAsync(BackupErrorCode.StoreReadFailed, () => Store.NamesAsync("", Cancellation));
    }
}

using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Changes;

/// <summary>Failures on the way, each by itself.</summary>
public sealed class StreamFaultTests : CaptureTest
{
    private static readonly Dictionary<int, (int, int)> Both = new() { [1] = (1, 30), [2] = (1, 30) };

    [Theory]
    [InlineData("LimitExceededException", "GetRecords")]
    [InlineData("LimitExceededException", "DescribeStream")]
    [InlineData("ThrottlingException", "GetShardIterator")]
    [InlineData("ProvisionedThroughputExceededException", "GetRecords")]
    [InlineData("InternalServerError", "GetRecords")]
    public async Task Throttling_and_a_service_that_fails_are_waited_out(string code, string operation)
    {
        var left = 6;
        Stream.OnRequest = exchange =>
        {
            if (exchange.Operation != operation || Interlocked.Decrement(ref left) < 0)
                return false;
            exchange.Respond(code == "InternalServerError" ? StreamFaults.Error(code) with { StatusCode = 500 } : StreamFaults.Error(code));
            return true;
        };
        await CaptureAsync();
        AssertTaken(Both);
    }

    [Fact]
    public async Task Cut_connections_wrong_checksums_and_cut_answers_lose_and_double_nothing()
    {
        var number = 0;
        Stream.RecordsPerPage = 3;
        Stream.OnRequest = exchange =>
        {
            if (Interlocked.Increment(ref number) % 4 != 0)
                return false;
            exchange.Abort();
            return true;
        };
        Stream.OnAnswer = exchange =>
        {
            if (number % 4 == 1)
                exchange.CorruptCrc();
            else if (number % 4 == 2)
                exchange.TruncateAt = exchange.ResponseBody.Length - 1;
        };
        await CaptureAsync();
        AssertTaken(Both);
    }

    [Fact]
    public async Task Iterators_that_expire_are_got_again_from_the_position()
    {
        Stream.RecordsPerPage = 4;
        var pages = 0;
        Stream.OnAnswer = exchange =>
        {
            if (exchange.Operation == "GetRecords" && ++pages % 3 == 0)
                Stream.Expire();
        };
        await CaptureAsync();
        AssertTaken(Both);
        Assert.True(Stream.Proxy.RequestCount("GetShardIterator") > 4);
    }

    [Fact]
    public async Task Empty_pages_are_not_the_end()
    {
        var pages = 0;
        Stream.RecordsPerPage = 1;
        Stream.LeavesEmpty = () => ++pages % 3 != 0;
        Stream.Put(1);
        var capture = await BeginAsync(options: Quick with { Settle = TimeSpan.FromSeconds(3) });
        for (var write = 0; write < 10; write++)
            Stream.Put(1);
        Stream.Close(Stream.Serving(1).Id, children: 1);
        Stream.Put(1);
        await FinishAsync(capture);
        AssertTaken(new Dictionary<int, (int, int)> { [1] = (2, 12) });
    }

    [Theory]
    [InlineData("""{"Records":[7],"NextShardIterator":"x"}""")]
    [InlineData("""{"Records":[{"eventName":"INSERT"}],"NextShardIterator":"x"}""")]
    [InlineData("""{"Records":[{} {}]}""")]
    [InlineData("""{"Records":[],"NextShardIterator":5}""")]
    [InlineData("""{"TableNames":[]}""")]
    [InlineData("""[]""")]
    public async Task An_answer_that_is_none_ends_the_capture_with_an_error(string json)
    {
        var capture = await BeginAsync();
        Stream.OnRequest = exchange =>
        {
            exchange.Respond(ProxyAnswer.Json(200, json));
            return true;
        };
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => FinishAsync(capture));
        Assert.True(error.Code is BackupErrorCode.RequestRefused or BackupErrorCode.InvalidItem, error.ToString());
    }

    [Fact]
    public async Task A_record_that_comes_twice_is_an_error()
    {
        var capture = await BeginAsync();
        Stream.OnAnswer = exchange =>
        {
            if (exchange.Operation == "GetRecords" && exchange.ResponseJson()["Records"]!.AsArray() is { Count: 1 } records)
            {
                var json = exchange.ResponseJson();
                json["Records"]!.AsArray().Add(records[0]!.DeepClone());
                exchange.ReplaceResponse(json);
            }
        };
        Stream.Put(1);
        Assert.Equal(BackupErrorCode.AccountingMismatch, (await Assert.ThrowsAsync<DynamoBackupException>(() => FinishAsync(capture))).Code);
    }

    [Fact]
    public async Task An_endpoint_without_streams_says_what_to_give()
    {
        Stream.OnRequest = exchange =>
        {
            exchange.Respond(StreamFaults.Error("UnknownOperationException"));
            return true;
        };
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => BeginAsync());
        Assert.Equal(BackupErrorCode.RequestRefused, error.Code);
        Assert.Contains("-StreamsEndpointUrl", error.Message, StringComparison.Ordinal);
    }

    private async Task CaptureAsync()
    {
        var capture = await BeginAsync();
        for (var write = 0; write < 30; write++)
        {
            Stream.Put(1);
            Stream.Put(2);
        }

        await FinishAsync(capture);
    }
}

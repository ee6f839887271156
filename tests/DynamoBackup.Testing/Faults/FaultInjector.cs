using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>Carries a schedule out on a proxy, and counts what it did.</summary>
public sealed class FaultInjector
{
    private static readonly TimeSpan DripPause = TimeSpan.FromMilliseconds(2);
    private readonly FaultSchedule _schedule;
    private readonly bool _isS3;
    private readonly ConcurrentDictionary<FaultKind, int> _injected = new();

    private FaultInjector(FaultSchedule schedule, bool isS3)
    {
        _schedule = schedule;
        _isS3 = isS3;
    }

    /// <summary>How often each fault has happened.</summary>
    public IReadOnlyDictionary<FaultKind, int> Injected => new SortedDictionary<FaultKind, int>(_injected);

    /// <summary>The only operation that is hit; null where all are.</summary>
    public string? Operation { get; set; }

    /// <summary>Lets a schedule's faults happen on a proxy before DynamoDB.</summary>
    public static FaultInjector OnDynamo(DynamoProxy proxy, FaultSchedule schedule) => Attach(proxy, schedule, isS3: false);

    /// <summary>Lets a schedule's faults happen on a proxy before S3.</summary>
    public static FaultInjector OnS3(DynamoProxy proxy, FaultSchedule schedule) => Attach(proxy, schedule, isS3: true);

    private static FaultInjector Attach(DynamoProxy proxy, FaultSchedule schedule, bool isS3)
    {
        var injector = new FaultInjector(schedule, isS3);
        var chosen = new ConcurrentDictionary<int, FaultKind>();
        proxy.OnRequest = exchange =>
        {
            if (schedule.Decide(exchange.Operation, exchange.OperationNumber) is not { } fault || !injector.Fits(fault, exchange))
                return Task.CompletedTask;
            chosen[exchange.Number] = fault;
            injector._injected.AddOrUpdate(fault, 1, (_, count) => count + 1);
            return injector.BeforeAsync(fault, exchange);
        };
        proxy.OnResponse = exchange =>
        {
            if (chosen.TryRemove(exchange.Number, out var fault))
                injector.After(fault, exchange);
            return Task.CompletedTask;
        };
        return injector;
    }

    private bool Fits(FaultKind fault, ProxyExchange exchange) => (Operation is null || exchange.Operation == Operation)
        && (fault is not (FaultKind.SomeUnprocessed or FaultKind.AllUnprocessed) || exchange.Operation == "BatchWriteItem");

    private async Task BeforeAsync(FaultKind fault, ProxyExchange exchange)
    {
        switch (fault)
        {
            case FaultKind.CutBefore:
                exchange.Abort();
                break;
            case FaultKind.Stall:
                await Task.Delay(Timeout.InfiniteTimeSpan, exchange.Gone);
                break;
            case FaultKind.AllUnprocessed:
                exchange.Respond(ProxyAnswer.Json(200, new JsonObject { ["UnprocessedItems"] = exchange.RequestJson()["RequestItems"]!.DeepClone() }.ToJsonString(ProxyExchange.DeepWriting)));
                break;
            case FaultKind.SomeUnprocessed:
                KeepSome(exchange);
                break;
            default:
                if (ErrorOf(fault) is { } error)
                    exchange.Respond(error);
                break;
        }
    }

    /// <summary>What the answer of an S3 or a DynamoDB looks like.</summary>
    private ProxyAnswer? ErrorOf(FaultKind fault) => (fault, _isS3) switch
    {
        (FaultKind.Throttling, _) => DynamoErrors.Throttling(),
        (FaultKind.ProvisionedThroughputExceeded, _) => DynamoErrors.ProvisionedThroughputExceeded(),
        (FaultKind.RequestLimitExceeded, _) => DynamoErrors.RequestLimitExceeded(),
        (FaultKind.SlowDown, _) => S3Errors.SlowDown(),
        (FaultKind.InternalError, true) => S3Errors.InternalError(),
        (FaultKind.InternalError, false) => DynamoErrors.InternalServerError(),
        (FaultKind.ServiceUnavailable, true) => S3Errors.Error(503, "ServiceUnavailable", "Service is unable to handle request."),
        (FaultKind.ServiceUnavailable, false) => DynamoErrors.ServiceUnavailable(),
        (FaultKind.ExpiredToken, true) => S3Errors.ExpiredToken(),
        (FaultKind.ExpiredToken, false) => DynamoErrors.ExpiredToken(),
        _ => null,
    };

    private void After(FaultKind fault, ProxyExchange exchange)
    {
        var length = exchange.ResponseBody.Length;
        var place = _schedule.Choose(exchange.Operation, exchange.OperationNumber, length);
        switch (fault)
        {
            case FaultKind.CutAfter:
                exchange.Abort();
                break;
            case FaultKind.CutInHeaders:
                exchange.CutInHeaders = true;
                break;
            case FaultKind.CutInBody:
                exchange.TruncateAt = place;
                break;
            case FaultKind.StallInBody:
                exchange.StallAt = place;
                break;
            case FaultKind.TruncatedBody:
                exchange.KeepCrc = true;
                exchange.ResponseBody = exchange.ResponseBody[..place];
                break;
            case FaultKind.WrongCrc:
                exchange.CorruptCrc();
                break;
            case FaultKind.FlippedBit when length > 0:
                exchange.ResponseBody[place] ^= (byte)(1 << (place % 8));
                break;
            case FaultKind.SlowDrip:
                (exchange.PieceSize, exchange.PiecePause) = (Math.Max(1, length / 10), DripPause);
                break;
            case FaultKind.SomeUnprocessed:
                GiveBack(exchange);
                break;
        }
    }

    /// <summary>Takes operations out of a batch on its way to the server.</summary>
    private void KeepSome(ProxyExchange exchange)
    {
        var request = exchange.RequestJson();
        var (table, operations) = Operations(request);
        var kept = _schedule.Choose(exchange.Operation, exchange.OperationNumber, operations.Count);
        var back = new JsonArray([.. operations.Skip(kept).Select(operation => operation!.DeepClone())]);
        while (operations.Count > Math.Max(1, kept))
            operations.RemoveAt(operations.Count - 1);
        // An empty batch is no request: the first one is done, and given back all the same, which the service may do.
        exchange.ReplaceRequest(request);
        exchange.Note = new JsonObject { [table] = back };
    }

    private static void GiveBack(ProxyExchange exchange)
    {
        if (exchange.StatusCode != 200 || exchange.Note is not { } back)
            return;
        var response = exchange.ResponseJson();
        response["UnprocessedItems"] = back;
        exchange.ReplaceResponse(response);
    }

    private static (string Table, JsonArray Operations) Operations(JsonNode request)
    {
        var (table, operations) = request["RequestItems"]!.AsObject().Single();
        return (table, operations!.AsArray());
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>
/// Counts what passes through a proxy in capacity units over time: what the server says that each request has consumed, at the time when
/// the request came in. Where a request does not ask for that, the meter asks in its place.
/// </summary>
public sealed class CapacityMeter
{
    private static readonly TimeSpan UsualAnswer = TimeSpan.FromMilliseconds(200);
    private readonly object _lock = new();
    private readonly Dictionary<int, long> _asked = [];
    private readonly List<(long At, double Units)> _counted = [];
    private readonly string _operation;
    private readonly bool _hide;
    private TimeSpan _slow;

    private CapacityMeter(string operation, bool hide) => (_operation, _hide) = (operation, hide);

    /// <summary>All units so far.</summary>
    public double Total
    {
        get
        {
            lock (_lock) return _counted.Sum(count => count.Units);
        }
    }

    /// <summary>How long the server kept clients waiting for answers, beyond what is usual: a rate may be lower by that.</summary>
    public TimeSpan Slow
    {
        get
        {
            lock (_lock) return _slow;
        }
    }

    /// <summary>The time from the first request to the last.</summary>
    public TimeSpan Time
    {
        get
        {
            lock (_lock) return Stopwatch.GetElapsedTime(_counted[0].At, _counted[^1].At);
        }
    }

    /// <summary>Units a second from the first request to the last. What the first one consumed had been consumed as the time began.</summary>
    public double Rate
    {
        get
        {
            lock (_lock) return (Total - _counted[0].Units) / Time.TotalSeconds;
        }
    }

    /// <summary>Counts one operation's responses; comes behind hooks that the proxy has already.</summary>
    /// <param name="proxy">The proxy.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="hide">Whether the client gets to see nothing of it, as with a server that does not tell.</param>
    public static CapacityMeter Of(DynamoProxy proxy, string operation, bool hide = false)
    {
        var meter = new CapacityMeter(operation, hide);
        var (onRequest, onResponse) = (proxy.OnRequest, proxy.OnResponse);
        proxy.OnRequest = async exchange =>
        {
            meter.Ask(exchange);
            await (onRequest?.Invoke(exchange) ?? Task.CompletedTask);
        };
        proxy.OnResponse = async exchange =>
        {
            await (onResponse?.Invoke(exchange) ?? Task.CompletedTask);
            meter.Count(exchange);
        };
        return meter;
    }

    /// <summary>The most units a second in any time of this length, one request not counted: that one had been paid for before.</summary>
    public double HighestRate(TimeSpan time)
    {
        lock (_lock)
        {
            var highest = 0.0;
            for (var first = 0; first < _counted.Count; first++)
            {
                var units = _counted.Skip(first + 1).TakeWhile(count => Stopwatch.GetElapsedTime(_counted[first].At, count.At) <= time).Sum(count => count.Units);
                highest = Math.Max(highest, units / time.TotalSeconds);
            }

            return highest;
        }
    }

    /// <summary>Units a second in a part of the time, counted from the first request.</summary>
    public double RateBetween(TimeSpan from, TimeSpan to)
    {
        lock (_lock)
        {
            return _counted.Where(count => Stopwatch.GetElapsedTime(_counted[0].At, count.At) is var at && at > from && at <= to).Sum(count => count.Units)
                / (to - from).TotalSeconds;
        }
    }

    private void Ask(ProxyExchange exchange)
    {
        if (exchange.Operation != _operation) return;
        lock (_lock) _asked[exchange.Number] = Stopwatch.GetTimestamp();
        if (exchange.RequestJson() is not { } request || (!_hide && request["ReturnConsumedCapacity"] is not null)) return;
        request["ReturnConsumedCapacity"] = "TOTAL";
        exchange.ReplaceRequest(request);
    }

    private void Count(ProxyExchange exchange)
    {
        if (exchange.Operation != _operation || exchange.StatusCode != 200) return;
        var response = exchange.ResponseJson();
        var consumed = response["ConsumedCapacity"];
        var units = consumed is JsonArray tables ? tables.Sum(UnitsOf) : UnitsOf(consumed);
        lock (_lock)
        {
            var asked = _asked[exchange.Number];
            // Requests are few, and answered nearly in their order.
            var place = _counted.FindLastIndex(count => count.At <= asked) + 1;
            _counted.Insert(place, (asked, units));
            var late = Stopwatch.GetElapsedTime(asked) - UsualAnswer;
            _slow += late > TimeSpan.Zero ? late : TimeSpan.Zero;
        }

        if (!_hide) return;
        response.AsObject().Remove("ConsumedCapacity");
        exchange.ReplaceResponse(response);
    }

    private static double UnitsOf(JsonNode? consumed) =>
        consumed?["CapacityUnits"]?.GetValue<double>() ?? throw new InvalidOperationException("The server did not tell what the response has consumed.");
}

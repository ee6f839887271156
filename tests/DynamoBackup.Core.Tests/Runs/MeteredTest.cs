using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>What metered tests share: a server for themselves, one test at a time, for another's load would show in the rate.</summary>
[Collection(nameof(MeteredServer))]
public abstract class MeteredTest(MeteredServer server) : RunTest(server.Dynalite), IAsyncDisposable
{
    private static readonly TimeSpan AnyTwoSeconds = TimeSpan.FromSeconds(2);
    private readonly StallWatch _stalls = new();

    public async ValueTask DisposeAsync()
    {
        await _stalls.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected static IEnumerable<Dictionary<string, AttributeValue>> Items(int count, int bytes) => Enumerable.Range(0, count).Select(index => new Dictionary<string, AttributeValue>
    {
        [TableShape.HashKey] = Attr.S($"item-{index:d6}"),
        ["payload"] = Attr.S(new string('x', bytes)),
    });

    /// <summary>Within a tenth over four seconds at least; lower only by the time in which this machine let nothing run, or the server did not answer.</summary>
    protected void AssertRate(CapacityMeter meter, double rate)
    {
        var stalls = _stalls.Stalled + meter.Slow;
        TestContext.Current.TestOutputHelper?.WriteLine($"{meter.Total} units in {meter.Time.TotalSeconds:0.00} s: {meter.Rate:0.0} a second of {rate}; at most {meter.HighestRate(AnyTwoSeconds):0.0} in two seconds; stalls {stalls.TotalMilliseconds:0} ms.");
        Assert.True(meter.Time.TotalSeconds >= 4, $"{meter.Time} is too short to tell");
        Assert.True(meter.Rate <= rate * 1.1, $"{meter.Rate} units a second are more than {rate}");
        Assert.True(meter.Rate * meter.Time.TotalSeconds / (meter.Time - stalls).TotalSeconds >= rate * 0.9, $"{meter.Rate} units a second are less than {rate}, with stalls of {stalls}");
        AssertHighest(meter, rate);
    }

    /// <summary>In two seconds, what was saved up in a stall may come on top.</summary>
    protected void AssertHighest(CapacityMeter meter, double rate)
    {
        var highest = meter.HighestRate(AnyTwoSeconds);
        Assert.True(highest <= rate * (1.25 + _stalls.Stalled / AnyTwoSeconds), $"{highest} units a second in two seconds are more than {rate}");
    }
}

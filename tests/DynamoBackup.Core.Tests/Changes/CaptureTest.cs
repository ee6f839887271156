using System.Globalization;
using System.Text.Json;
using DynamoBackup.Changes;

namespace DynamoBackup.Core.Tests.Changes;

/// <summary>A stream of its own for each test, and what captures of it have taken.</summary>
public abstract class CaptureTest : IAsyncLifetime
{
    internal static readonly CaptureOptions Quick = new()
    {
        Settle = TimeSpan.FromMilliseconds(300),
        Refresh = TimeSpan.FromMilliseconds(500),
        Interval = TimeSpan.FromMilliseconds(10),
        LongestInterval = TimeSpan.FromMilliseconds(40),
        Parallelism = 3,
    };

    private readonly object _lock = new();
    private readonly List<Taken> _taken = [];
    private readonly List<StreamConnection> _connections = [];

    internal ScriptedStream Stream { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal IReadOnlyList<Taken> All
    {
        get
        {
            lock (_lock)
                return [.. _taken];
        }
    }

    protected virtual int Shards => 2;

    public async ValueTask InitializeAsync() => Stream = await ScriptedStream.StartAsync(Shards, Cancellation);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _connections.ForEach(connection => connection.Dispose());
        await Stream.DisposeAsync();
    }

    internal StreamConnection Connect()
    {
        var connection = StreamConnection.Open(new AwsConnection { EndpointUrl = Stream.Proxy.Endpoint.AbsoluteUri, Region = "us-east-1", AccessKey = "local", SecretKey = "local" });
        _connections.Add(connection);
        return connection;
    }

    internal Task<StreamCapture> BeginAsync(StreamPosition? from = null, CaptureOptions? options = null) =>
        StreamCapture.BeginAsync(Connect(), ScriptedStream.Arn, from, options ?? Quick, NoOutput.Instance, Cancellation);

    /// <summary>Runs a capture up to now.</summary>
    internal Task<CaptureResult> FinishAsync(StreamCapture capture)
    {
        capture.EndAt(DateTimeOffset.UtcNow);
        return capture.RunAsync(TakeAsync, Cancellation);
    }

    internal ValueTask TakeAsync(ChangePage page, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var slice in page.Records)
                _taken.Add(Taken.Of(page.ShardId, page.Bytes.Span.Slice(slice.Start, slice.Length)));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Every value of each key from one to another, once and in order.</summary>
    internal void AssertTaken(IReadOnlyDictionary<int, (int First, int Last)> values)
    {
        var taken = All.GroupBy(record => record.Key).ToDictionary(group => group.Key, group => group.Select(record => record.Value).ToArray());
        Assert.Equal(values.Where(pair => pair.Value.Last >= pair.Value.First).Select(pair => pair.Key).Order(), taken.Keys.Order());
        foreach (var (key, got) in taken)
            Assert.Equal(Enumerable.Range(values[key].First, values[key].Last - values[key].First + 1), got);
    }

    /// <summary>A record that a sink took.</summary>
    internal sealed record Taken(string ShardId, string Sequence, int Key, int Value)
    {
        public static Taken Of(string shardId, ReadOnlySpan<byte> json)
        {
            var record = StreamRecord.Read(json);
            return new Taken(shardId, record.SequenceNumber.ToString(), Number(record.Keys, "k"), Number(record.NewImage, "v"));
        }

        private static int Number(ReadOnlySpan<byte> item, string name)
        {
            var reader = new Utf8JsonReader(item);
            return int.Parse(JsonElement.ParseValue(ref reader).GetProperty(name).GetProperty("N").GetString()!, CultureInfo.InvariantCulture);
        }
    }
}

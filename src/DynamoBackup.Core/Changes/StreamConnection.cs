using System.Buffers;
using System.Text.Json;
using DynamoBackup.Aws;

namespace DynamoBackup.Changes;

/// <summary>
/// An open connection to DynamoDB Streams. The SDK's client for it is a package of its own; here the client for DynamoDB signs a call without content, and
/// <see cref="WireHandler"/> puts in what is really asked. So credentials, retries, errors and patience are those of all other calls.
/// </summary>
internal sealed class StreamConnection : IDisposable
{
    private const string Service = "DynamoDBStreams_20120810.";
    private readonly DynamoConnection _connection;
    private readonly CallPatience _patience;

    private StreamConnection(DynamoConnection connection)
    {
        _connection = connection;
        _patience = new CallPatience(connection.Patience, connection.RenewalPatience) { LimitsPass = true };
    }

    /// <summary>The service's time, learnt from every answer.</summary>
    public ServerClock Clock { get; } = new();

    /// <summary>The endpoint's address.</summary>
    public string Endpoint => _connection.Endpoint;

    /// <summary>Opens a connection; nothing is sent yet.</summary>
    /// <exception cref="DynamoBackupException">The connection's settings cannot be used.</exception>
    public static StreamConnection Open(AwsConnection connection) => new(DynamoConnection.OpenStreams(connection));

    /// <summary>An exchange for calls of one operation; for one worker.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="arrayPath">The array to slice out of the answers.</param>
    /// <param name="repeats">Whether the call will be made again and again.</param>
    public static WireExchange NewExchange(string operation, string arrayPath, bool repeats) => new(arrayPath) { Target = Service + operation, Repeats = repeats };

    /// <summary>Makes a call by the SDK.</summary>
    /// <param name="exchange">The exchange; it gets the answer.</param>
    /// <param name="body">What is asked.</param>
    /// <param name="action">What that does, as words behind "could not".</param>
    /// <param name="streamArn">The stream concerned.</param>
    /// <param name="isProbe">Whether a failing network is told at once.</param>
    /// <param name="output">Told about waits.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task CallAsync(WireExchange exchange, ReadOnlyMemory<byte> body, string action, string streamArn, bool isProbe, IRunOutput output, CancellationToken cancellationToken)
    {
        exchange.RequestBody = body;
        await AwsCall.RunAsync(
            () => exchange.FlowThrough(() => _connection.Client.ListTablesAsync(cancellationToken)),
            action, isProbe ? CallPatience.None with { LimitsPass = true } : _patience,
            exception => StreamErrors.Translate(exception, action, streamArn), output, cancellationToken);
        Clock.Learn(exchange.ServerDate);
    }

    /// <summary>Makes a call that has succeeded before once more, past the SDK; where that is not a plain success, the caller makes it by the SDK.</summary>
    public async Task<bool> TryRepeatAsync(WireExchange exchange, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (exchange.Template is null || !await _connection.TryRepeatAsync(exchange, body, cancellationToken))
            return false;
        Clock.Learn(exchange.ServerDate);
        return true;
    }

    /// <summary>The JSON of a request.</summary>
    public static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>What is thrown where an answer is not what the operation gives.</summary>
    public static DynamoBackupException Unexpected(string operation, string lack, string streamArn, Exception? cause = null) => new(
        BackupErrorCode.RequestRefused, $"The endpoint's answer to {operation} {lack}. Check that the endpoint is DynamoDB Streams.", streamArn, cause);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();
}

using DynamoBackup.Wire;

namespace DynamoBackup.Aws;

/// <summary>
/// One request whose bytes matter: the caller makes an SDK call with <see cref="FlowThrough"/>, <see cref="WireHandler"/> finds it as <see cref="Current"/> and fills it.
/// The SDK sees the response with the sliced array emptied, so that it parses paging keys and errors but no items. Its buffer is
/// used again by the next exchange; one is used by one worker at a time.
/// </summary>
internal sealed class WireExchange(params string[] arrayPath)
{
    private static readonly AsyncLocal<WireExchange?> Flowing = new();
    private byte[] _buffer = [];

    /// <summary>The exchange that the SDK call being made in this flow of control belongs to.</summary>
    public static WireExchange? Current => Flowing.Value;

    /// <summary>The path of the array to slice out of the response.</summary>
    public string[] ArrayPath { get; } = arrayPath;

    /// <summary>What to send instead of the body that the SDK made; null sends that one.</summary>
    public ReadOnlyMemory<byte>? RequestBody { get; set; }

    /// <summary>
    /// The operation to name with <see cref="RequestBody"/> instead of the SDK's, where the SDK has no client for it (<c>DynamoDBStreams_20120810.GetRecords</c>).
    /// The SDK is then handed an empty object: whatever it asked for, it takes that for an answer without content.
    /// </summary>
    public string? Target { get; init; }

    /// <summary>The service's time as the newest response's <c>Date</c> header gives it, a whole second; null where it gave none.</summary>
    public DateTimeOffset? ServerDate { get; set; }

    /// <summary>Whether the same call will be made again and again.</summary>
    public bool Repeats { get; init; }

    /// <summary>How to make the call without the SDK's pipeline; null until it has succeeded once with it.</summary>
    public RequestTemplate? Template { get; set; }

    /// <summary>Told of each answer that throttles, also where the SDK then tries again by itself; null where no one wants to know.</summary>
    public Action? Throttled { get; init; }

    /// <summary>The response's bytes.</summary>
    public ReadOnlyMemory<byte> Response { get; private set; }

    /// <summary>The response with the array emptied.</summary>
    public ReadOnlyMemory<byte> Hollow { get; set; }

    /// <summary>The array's elements in <see cref="Response"/>; empty where the response has no such array.</summary>
    public List<JsonSlice> Elements { get; } = [];

    /// <summary>Requests sent so far, those that the SDK repeated by itself included: with more than one, an earlier one may have been carried out and its answer lost.</summary>
    public int Attempts { get; set; }

    /// <summary>Makes a call with this exchange as the current one; for the caller's own flow nothing changes.</summary>
    public async Task<T> FlowThrough<T>(Func<Task<T>> call)
    {
        Flowing.Value = this;
        return await call();
    }

    /// <summary>A request goes out.</summary>
    public void Send() => Attempts++;

    /// <summary>Forgets the last response, so that a failed attempt leaves nothing for the next one.</summary>
    public void Reset()
    {
        Response = default;
        Hollow = default;
        Elements.Clear();
    }

    /// <summary>A buffer of at least this size that keeps what was in it. A little more is taken, for the next response is rarely just as long.</summary>
    public byte[] Grow(int size)
    {
        if (_buffer.Length < size)
            Array.Resize(ref _buffer, size + size / 8);
        return _buffer;
    }

    /// <summary>Takes the first bytes of the buffer as the response.</summary>
    public void Complete(int length) => Response = _buffer.AsMemory(0, length);
}

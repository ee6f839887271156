namespace DynamoBackup.Aws;

/// <summary>Cancels its token when nothing has broken the silence for a while.</summary>
internal sealed class Silence : IDisposable
{
    private readonly object _lock = new();
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _longest;
    private bool _ended;

    public Silence(TimeSpan longest, CancellationToken cancellationToken)
    {
        _longest = longest;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _source.CancelAfter(longest);
    }

    /// <summary>Cancelled with the caller's token, or by silence.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What silence fails with.</summary>
    public static IOException Failure(TimeSpan longest) => new($"The endpoint sent and took nothing for {longest.TotalSeconds:0} seconds.");

    /// <summary>Something moved.</summary>
    public void Break()
    {
        // A body may still be on its way when the answer is there already and this has ended.
        lock (_lock)
        {
            if (!_ended)
                _source.CancelAfter(_longest);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _ended = true;
            _source.Dispose();
        }
    }
}

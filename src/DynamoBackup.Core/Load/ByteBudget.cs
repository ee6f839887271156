namespace DynamoBackup.Load;

/// <summary>Bounds the bytes of batches under way, whatever their number: many small ones, or a few of 400 KB items.</summary>
internal sealed class ByteBudget(int bytes) : IDisposable
{
    private const int Unit = 256 * 1024;
    private readonly int _units = Math.Max(1, bytes / Unit);
    private readonly SemaphoreSlim _free = new(Math.Max(1, bytes / Unit));
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Waits until there is room.</summary>
    public async Task AcquireAsync(int length, CancellationToken cancellationToken)
    {
        // One at a time: two that had each taken half of what is left would wait for one another.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            for (var unit = 0; unit < UnitsOf(length); unit++)
                await _free.WaitAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Release(int length) => _free.Release(UnitsOf(length));

    /// <inheritdoc/>
    public void Dispose()
    {
        _free.Dispose();
        _turn.Dispose();
    }

    private int UnitsOf(int length) => Math.Clamp((length + Unit - 1) / Unit, 1, _units);
}

using System.Threading.Channels;

namespace DynamoBackup.Changes;

/// <summary>Lends out a fixed number of calls with their buffers, first come, first served: a thousand shards share them.</summary>
internal sealed class RecordsCallPool
{
    private readonly Channel<RecordsCall> _free = Channel.CreateUnbounded<RecordsCall>();

    public RecordsCallPool(int size, Func<RecordsCall> create)
    {
        for (var index = 0; index < size; index++)
            _free.Writer.TryWrite(create());
    }

    /// <summary>Waits for a free one.</summary>
    public ValueTask<RecordsCall> TakeAsync(CancellationToken cancellationToken) => _free.Reader.ReadAsync(cancellationToken);

    /// <summary>Gives one back.</summary>
    public void Return(RecordsCall call) => _free.Writer.TryWrite(call);
}

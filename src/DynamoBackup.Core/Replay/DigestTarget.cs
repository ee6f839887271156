using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>Computes the content digest of what is replayed, and keeps nothing else.</summary>
internal sealed class DigestTarget : IReplayTarget
{
    private readonly object _lock = new();

    /// <summary>The digest of all groups that are closed.</summary>
    public ContentDigest Digest { get; } = new();

    /// <inheritdoc/>
    public Task<ItemSink> OpenAsync(int group, CancellationToken cancellationToken) => Task.FromResult<ItemSink>(new Sink(this));

    private sealed class Sink(DigestTarget target) : ItemSink
    {
        private readonly ContentDigest _digest = new();

        public override void Take(CanonicalItem item, ReadOnlySpan<byte> json) => _digest.Add(item.Encoding);

        public override Task CloseAsync(CancellationToken cancellationToken)
        {
            lock (target._lock)
                target.Digest.Add(_digest);
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

using System.Text;
using DynamoBackup.Replay;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>Keeps the items that a replay passes on, by group and in their order; of groups that were closed.</summary>
internal sealed class CollectingTarget : IReplayTarget
{
    private readonly object _lock = new();

    public SortedDictionary<int, List<string>> Groups { get; } = [];

    public IEnumerable<string> Items => Groups.Values.SelectMany(items => items);

    public Task<ItemSink> OpenAsync(int group, CancellationToken cancellationToken) => Task.FromResult<ItemSink>(new Sink(this, group));

    private sealed class Sink(CollectingTarget target, int group) : ItemSink
    {
        private readonly List<string> _items = [];

        public override void Take(CanonicalItem item, ReadOnlySpan<byte> json) => _items.Add(Encoding.UTF8.GetString(json));

        public override Task CloseAsync(CancellationToken cancellationToken)
        {
            lock (target._lock)
                target.Groups.Add(group, _items);
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

using System.Runtime.CompilerServices;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Removal;

/// <summary>A store in memory whose objects were all written at one time.</summary>
internal sealed class TimedStore(MemoryStore store, DateTimeOffset written) : StoreDecorator(store)
{
    public override async IAsyncEnumerable<StoreEntry> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in base.ListAsync(folder, cancellationToken))
            yield return entry with { Modified = written };
    }
}

using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Removal;

/// <summary>A store that fails at the nth change made to it, before or after it has been made: as if the machine had been switched off there.</summary>
internal sealed class FaultyStore(IBackupStore store, int failAt, bool afterwards) : StoreDecorator(store)
{
    private int _changes;

    /// <summary>Whether the failure has come.</summary>
    public bool HasFailed => _changes >= failAt;

    public override Task PutIfAbsentAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        ChangeAsync(() => base.PutIfAbsentAsync(key, content, cancellationToken));

    public override Task DeleteAsync(string key, CancellationToken cancellationToken) => ChangeAsync(() => base.DeleteAsync(key, cancellationToken));

    private async Task ChangeAsync(Func<Task> change)
    {
        var fails = ++_changes >= failAt;
        if (!fails || afterwards)
            await change();
        if (fails)
            throw new DynamoBackupException(BackupErrorCode.StoreWriteFailed, "The store has gone away.");
    }
}

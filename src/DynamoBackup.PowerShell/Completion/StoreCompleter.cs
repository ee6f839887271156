using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>Offers something about the backups that the typed stores hold.</summary>
internal abstract class StoreCompleter : PromptCompleter
{
    /// <summary>What makes this search another one than those of other completers for the same stores.</summary>
    protected abstract string KeyOf(TypedParameters typed);

    /// <summary>Whether one backup of each table is enough.</summary>
    protected abstract bool OnePerTable { get; }

    /// <summary>What a backup has to offer; null where it has nothing.</summary>
    protected abstract Func<BackupInfo, Offer?> ToOffer(TypedParameters typed);

    /// <summary>What the stores hold.</summary>
    protected IReadOnlyList<Offer> Search(TypedParameters typed)
    {
        var stores = TypedConnection.Stores(typed);
        if (stores.Count == 0)
            return [];
        var (options, onePerTable, toOffer) = (TypedConnection.StoreOptions(typed), OnePerTable, ToOffer(typed));
        var key = $"{KeyOf(typed)}\n{TypedConnection.Key(options, stores, typed[nameof(ConnectedCmdlet.Credential)])}";
        return Lookup.Find(key, (found, cancellation) =>
        {
            void Tell(BackupInfo backup)
            {
                if (toOffer(backup) is { } offer)
                    found(offer);
            }

            return Task.WhenAll(stores.Select(store => PromptRun.FindBackupsAsync(store, options, onePerTable, Tell, cancellation)));
        });
    }
}

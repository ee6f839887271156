using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Items;

/// <summary>Looks whether a backup holds any of the items that a user named by their keys, and no further than to the first one.</summary>
internal static class KeySearch
{
    /// <summary>Makes sure that it does.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="keys">The keys; none is marked as found.</param>
    /// <param name="consequence">What is not done without any, as the end of a sentence.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.ItemNotFound"/>: it holds none; or a file is damaged.</exception>
    public static async Task RequireAnyAsync(OpenedBackup backup, KeySet keys, string consequence, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = enough.Token };
        var isFound = false;
        try
        {
            await Parallel.ForEachAsync(backup.Files, options, async (file, cancellation) =>
            {
                if (!await HoldsAnyAsync(backup.Store, file, keys, cancellation))
                    return;
                Volatile.Write(ref isFound, true);
                await enough.CancelAsync();
            });
        }
        catch (OperationCanceledException) when (Volatile.Read(ref isFound) && !cancellationToken.IsCancellationRequested)
        {
            return;
        }

        if (!isFound)
            throw NotFound(backup.Info, keys, consequence);
    }

    private static async Task<bool> HoldsAnyAsync(IBackupStore store, DataFile file, KeySet keys, CancellationToken cancellationToken)
    {
        var (item, reader) = (new CanonicalItem(), new KeyReader());
        await foreach (var source in ItemSource.ReadAsync(store, file, cancellationToken))
        {
            source.ReadInto(item);
            if (keys.Match(item, source.Json.Span, reader) is not null)
                return true;
        }

        return false;
    }

    private static DynamoBackupException NotFound(BackupInfo backup, KeySet keys, string consequence)
    {
        var first = keys.Missing.First();
        var what = $"{(keys.IsExact ? "the key" : "the attributes")} {first}{(keys.Count > 1 ? $", nor with any of the {keys.Count - 1:N0} others" : "")}";
        return new(BackupErrorCode.ItemNotFound, $"Backup {backup.Id} of '{backup.TableName}' holds no item with {what}; {consequence}. Check the values and their types, or look in another backup.", first);
    }
}

using DynamoBackup.Differences;
using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>
/// A table as it was at an instant, from a full backup and incremental ones, in bounded memory: read the increments and find each key's last change up to the instant; read the base and pass on what
/// no change touched; read the increments again and pass on the last changes' images. All is proved while it is read, each key is passed on once.
/// </summary>
internal static class TableReplay
{
    /// <summary>Bytes of temporary files that a replay needs at most, but for what its target writes.</summary>
    public static long BytesNeeded(ReplayInput input) => WinnerTable.BytesNeeded(input.Changes);

    /// <summary>Replays.</summary>
    /// <param name="input">What is replayed.</param>
    /// <param name="target">Receives the items.</param>
    /// <param name="folder">Where temporary files lie.</param>
    /// <param name="output">Told how far it is.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="DynamoBackupException">A backup is damaged, the backups do not fit one another, or there is no room for temporary files.</exception>
    public static async Task<ReplayCounts> RunAsync(ReplayInput input, IReplayTarget target, WorkingFolder folder, IRunOutput output, CancellationToken cancellationToken)
    {
        var table = input.Base.Info.TableName;
        var key = input.Key ?? await ChangeReading.FindKeyAsync(input, cancellationToken);
        using var winners = new WinnerTable(folder, input.Changes);
        var changes = key is null ? null : new ChangeReading(input, key, winners, new ProgressMeter(output, table, "Reading changes", input.Changes, null));
        if (changes is not null)
            await changes.RunAsync(cancellationToken);

        var items = new BaseReading(input, key, winners, target, output);
        await items.RunAsync(cancellationToken);

        var (expected, put) = (0L, 0L);
        if (key is not null && winners.Count > 0)
        {
            var images = new ImageReading(input, key, winners, target, new ProgressMeter(output, table, "Replaying changes", input.Changes, null));
            expected = await images.RunAsync(cancellationToken);
            put = images.Put;
        }

        var counts = new ReplayCounts(items.Items, items.Kept, items.Superseded, items.Deleted, put, changes?.Changes ?? 0, changes?.Late ?? 0, changes?.Expired ?? 0);
        if (counts.BaseItems != counts.Kept + counts.Superseded + counts.Deleted || put != expected || counts.Changes != input.Changes)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"What was replayed does not add up ({counts}; {expected:N0} items were to be put, {input.Changes:N0} changes to be read). Nothing was written to a table; please report it.", table);
        output.Verbose($"Replayed {counts.Changes:N0} changes of {input.Increments.Count:N0} backups on {counts.BaseItems:N0} items of backup {input.Base.Info.Id}: {counts.Kept:N0} kept, {counts.Superseded:N0} replaced, {counts.Deleted:N0} deleted, {counts.Put:N0} put; {counts.Late:N0} changes are later than the instant, {counts.Expired:N0} deletions by time to live were left out.");
        return counts;
    }

    /// <summary>The content digest of the table as it was, without writing its items anywhere.</summary>
    public static async Task<ContentDigest> DigestAsync(ReplayInput input, WorkingFolder folder, IRunOutput output, CancellationToken cancellationToken)
    {
        folder.RequireSpace(BytesNeeded(input));
        var target = new DigestTarget();
        var counts = await RunAsync(input, target, folder, output, cancellationToken);
        return target.Digest.Count == counts.Items
            ? target.Digest
            : throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"{target.Digest.Count:N0} items were hashed, and {counts.Items:N0} replayed. Please report it.", input.Base.Info.TableName);
    }
}

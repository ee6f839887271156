using System.Globalization;
using DynamoBackup.Manifests;
using DynamoBackup.Removal;
using DynamoBackup.Stores;

namespace DynamoBackup;

/// <summary>
/// Removes backups. In this order, so that nothing half-deleted ever looks whole: the mark that says so, the summary (from then on there is no backup), the other
/// files, the mark. Whatever was cut off in between is finished by running it again.
/// </summary>
public static class RemovalRun
{
    /// <summary>Finds what would be removed, by reading only.</summary>
    /// <param name="request">Which backups.</param>
    /// <param name="output">Where the run tells what it does; what is left alone, and why, is a message there.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>One plan for each backup, oldest first.</returns>
    /// <exception cref="DynamoBackupException">The request makes no sense, the backup must not be removed, or the store cannot be read.</exception>
    public static async Task<IReadOnlyList<RemovalPlan>> PlanAsync(RemovalRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        if (request.OlderThan > TimeSpan.Zero && request.OlderThan < TimeSpan.FromMilliseconds(1))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"-OlderThan is {request.OlderThan}: a bare number counts ten-millionths of a second. Give a time such as (New-TimeSpan -Days 7), or '7.00:00:00'.");
        if (request.Id is not null && !BackupId.IsValid(request.Id))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"'{request.Id}' is not a backup's id: 14 digits, a hyphen, 8 hexadecimal digits. Get-DynamoBackup lists them.", request.Id);
        if (request.Id is null && request.Path is null && !request.Unfinished)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Say which backup to remove: give -Id, a backup from Get-DynamoBackup, or -Unfinished.");
        if (request.OlderThan < TimeSpan.Zero)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-OlderThan must not be negative.");

        using var store = StoreLocation.Open(request.Source, request.Store, output);
        await store.EnsureExistsAsync(cancellationToken);
        return await PlanAsync(store, request, output, DateTimeOffset.UtcNow, cancellationToken);
    }

    /// <summary>Sorts backups that are to be removed together into the order in which that can be done: none before those that build on it.</summary>
    /// <param name="backups">The backups; those that have nothing to do with one another stay as they are.</param>
    public static IReadOnlyList<BackupInfo> Order(IReadOnlyList<BackupInfo> backups)
    {
        ArgumentNullException.ThrowIfNull(backups);
        return RemovalOrder.Of(backups);
    }

    /// <summary>Removes one backup.</summary>
    /// <param name="plan">What <see cref="PlanAsync(RemovalRequest, IRunOutput, CancellationToken)"/> found.</param>
    /// <param name="options">How to reach the store.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="DynamoBackupException">The store failed; the message says what is left.</exception>
    public static async Task<BackupRemoval> RunAsync(RemovalPlan plan, StoreOptions options, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(output);
        using var store = StoreLocation.Open(plan.Location, options, output);
        return await RemoveAsync(store, plan, output, cancellationToken);
    }

    internal static async Task<IReadOnlyList<RemovalPlan>> PlanAsync(IBackupStore store, RemovalRequest request, IRunOutput output, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var candidates = new RemovalCandidates(store, request, output, now);
        var plans = new List<RemovalPlan>();
        foreach (var folder in request.Path is null ? await CatalogRun.FindFoldersAsync(store, request.Id, cancellationToken) : [RequireFolder(request.Path)])
        {
            if (await candidates.LookAsync(folder, cancellationToken) is { } plan)
                plans.Add(plan);
        }

        return [.. plans.OrderBy(plan => plan.Id, StringComparer.Ordinal)];
    }

    internal static async Task<BackupRemoval> RemoveAsync(IBackupStore store, RemovalPlan plan, IRunOutput output, CancellationToken cancellationToken)
    {
        RequireFolder(plan.Path);
        var (files, bytes, isBackup) = (0, 0L, plan.State == BackupState.Complete);
        var mark = StoreKey.Join(plan.Path, BackupLayout.Deleting);
        var summary = StoreKey.Join(plan.Path, BackupLayout.Summary);
        try
        {
            await DeletionMark.WriteAsync(store, plan, cancellationToken);
            if (await store.FindAsync(summary, cancellationToken) is { } entry)
                await DeleteAsync(entry);
            isBackup = false;
            await foreach (var other in store.ListAsync(plan.Path, cancellationToken))
            {
                if (other.Key != mark)
                    await DeleteAsync(other);
            }

            await store.DeleteLeftoversAsync(plan.Path, cancellationToken);
            await store.DeleteAsync(mark, cancellationToken);
        }
        catch (DynamoBackupException failure)
        {
            throw new DynamoBackupException(failure.Code, $"{failure.Message} {Left(plan, files, isBackup)}", plan.TableName, failure);
        }

        output.Verbose($"Removed backup {plan.Id} of '{plan.TableName}': {files:N0} files, {bytes:N0} bytes.");
        return new BackupRemoval { TableName = plan.TableName, Id = plan.Id, Location = plan.Location, State = plan.State, Files = files, Bytes = bytes };

        async Task DeleteAsync(StoreEntry file)
        {
            await store.DeleteAsync(file.Key, cancellationToken);
            files++;
            bytes += file.Length;
        }
    }

    /// <summary>Refuses any folder but a backup's own: all that is in it will be deleted.</summary>
    private static string RequireFolder(string path)
    {
        var parts = StoreKey.Validate(path).Split('/');
        return parts.Length is 2 or 3 && parts[^2] == BackupLayout.ExportFolder && BackupId.IsValid(parts[^1])
            ? path
            : throw new DynamoBackupException(BackupErrorCode.UnsafePath, $"'{path}' is not a backup's folder. Give an object from Get-DynamoBackup, or an -Id.", path);
    }

    private static string Left(RemovalPlan plan, int files, bool isBackup) => isBackup
        ? $"Nothing of backup {plan.Id} was deleted: it is still there, as it was."
        : string.Create(CultureInfo.InvariantCulture, $"{files:N0} of the {plan.Files:N0} files of {plan.Id} were deleted: it is no backup any more, and no listing shows it. Run the same command again, and the rest is deleted.");
}

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DynamoBackup.Chains;
using DynamoBackup.Differences;
using DynamoBackup.Manifests;
using DynamoBackup.Replay;
using DynamoBackup.Stores;
using DynamoBackup.Verify;

namespace DynamoBackup;

/// <summary>
/// Restores a table's state at an instant: find the backups that bring it back, replay them into a full backup in a temporary folder, and restore that as any other, in every mode. Where a full backup alone is
/// that state, it is restored as it is. Nothing is written to a table before all backups have been read and proved.
/// </summary>
public sealed class PointInTimeRun : IDisposable
{
    private const BackupCompression Compression = BackupCompression.Zstd;

    private readonly PointInTimeRequest _request;
    private readonly Finding? _finding;
    private IReadOnlyList<BackupInfo> _known;
    private RestorePoint _point;
    private OpenedChain? _chain;
    private RestoreRequest _restore;
    private WorkingFolder? _folder;
    private TimeSpan _replayed;
    private bool _isProved;

    private PointInTimeRun(PointInTimeRequest request, RestorePoint point, Finding? finding, OpenedChain? chain)
    {
        _request = request;
        _known = request.Known;
        _point = point;
        _finding = finding;
        _chain = chain;
        _restore = request.Restore with { Source = point.Base.Location, Path = point.Base.Path };
    }

    /// <summary>Which state is restored and from which backups, in words that a sentence begins with; empty where a full backup is restored as it is.</summary>
    public string Words => _point.AtUtc is { } at ? $"State at {Second.Text(at)} from {ChainChoice.Describe(_point)}. " : "";

    /// <summary>Finds the backups, and reads their manifests. They need not be found where a full backup is restored that is exact by itself, or never was to be.</summary>
    /// <param name="request">What to restore.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The run, which may hold temporary files until it is disposed.</returns>
    /// <exception cref="DynamoBackupException">No backups bring the state back, or one of them is damaged.</exception>
    public static async Task<PointInTimeRun> OpenAsync(PointInTimeRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        if (request is { PointInTime: null, Backup: { } whole } && !NeedsOthers(whole))
            return new PointInTimeRun(request, new(whole, [], null), null, null);
        var point = ChainChoice.Find(request.Known, request.Backup, request.PointInTime, output, out var finding);
        if (request.PointInTime is null && point.Increments.Count == 0 && point.Base.Findings.FirstOrDefault(known => known.Kind == FindingKind.NotExact) is { } inexact)
        {
            finding = inexact;
            output.Warning($"Backup {point.Base.Id} is restored as it is. {inexact.Detail} {inexact.Fix}");
        }

        var chain = point.Increments.Count == 0 ? null : await OpenedChain.OpenAsync(point, request.Restore.Store, request.ExcludeTtlDelete, output, cancellationToken);
        var run = new PointInTimeRun(request, point, finding, chain);
        output.Verbose(run.Words.Length > 0 ? run.Words.TrimEnd() : $"Backup {point.Base.Id} is restored as it is.");
        return run;
    }

    /// <summary>Whether a backup cannot be restored without others.</summary>
    /// <param name="backup">The backup.</param>
    public static bool NeedsOthers(BackupInfo backup)
    {
        ArgumentNullException.ThrowIfNull(backup);
        return backup.Type == BackupType.Incremental || backup.ExactWith is { Length: > 0 };
    }

    /// <summary>Finds out what the restore would do, for modes that do not compare; replays nothing unless an unfinished restore is to be gone on with.</summary>
    /// <param name="where">Decides which items are restored; null takes all.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="DynamoBackupException">The restore cannot be done.</exception>
    public async Task<RestorePlan> PlanAsync(ItemChooser? where, IRunOutput output, CancellationToken cancellationToken)
    {
        if (_chain is not null && !_restore.Resume)
            return await RestoreRun.PlanOfAsync(_restore with { Where = where }, Expected(_chain), output, cancellationToken);
        if (_restore.Resume)
            await ReplayAsync(output, cancellationToken);
        return Rename(await RestoreRun.PlanAsync(_restore with { Where = where }, output, cancellationToken));
    }

    /// <summary>Replays the backups, and compares the state with the table.</summary>
    /// <param name="where">Decides which items are restored; null takes all.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The comparison, to be applied before this run is disposed.</returns>
    /// <exception cref="DynamoBackupException">The restore cannot be done.</exception>
    public async Task<DifferentialRestoreRun> CompareAsync(ItemChooser? where, IRunOutput output, CancellationToken cancellationToken)
    {
        await ReplayAsync(output, cancellationToken);
        return await DifferentialRestoreRun.CompareAsync(_restore with { Where = where }, output, cancellationToken);
    }

    /// <summary>Restores by a plan of a mode that does not compare.</summary>
    /// <param name="plan">What <see cref="PlanAsync"/> found.</param>
    /// <param name="where">Decides which items are restored; null takes all.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DynamoBackupException">The restore failed; its message says what was written.</exception>
    public async Task<TableRestore> RunAsync(RestorePlan plan, ItemChooser? where, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        await RunTimeout.RunAsync(
            _restore.Timeout, $"The restore into '{plan.TargetTable}'", "Nothing was written. Give it more time.", plan.TargetTable, output,
            async (watched, cancellation) =>
            {
                await ReplayAsync(watched, cancellation);
                return true;
            },
            cancellationToken);
        var rest = _restore.Timeout is { } limit ? TimeSpan.FromSeconds(Math.Max(1, (limit - _replayed).TotalSeconds)) : (TimeSpan?)null;
        return Describe(await RestoreRun.RunAsync(_restore with { Where = where, Timeout = rest }, plan, output, cancellationToken));
    }

    /// <summary>Adds to a result which state was restored, and from which backups.</summary>
    /// <param name="result">The result of the restore.</param>
    public TableRestore Describe(TableRestore result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var newest = Newest;
        return result with
        {
            BackupId = newest.Id,
            BackupIds = [_point.Base.Id, .. _point.Increments.Select(increment => increment.Id)],
            PointInTimeUtc = _point.AtUtc,
            Location = newest.Location,
            Duration = result.Duration + _replayed,
            Findings = _finding is null ? result.Findings : [.. result.Findings, _finding],
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _chain?.Dispose();
        _folder?.Dispose();
    }

    private BackupInfo Newest => _point.Increments.Count > 0 ? _point.Increments[^1] : _point.Base;

    /// <summary>A plan names the backup that a user knows, not the temporary one.</summary>
    private RestorePlan Rename(RestorePlan plan) => plan with { Backup = plan.Backup with { Id = Newest.Id } };

    /// <summary>What the replay will come to, as far as the base tells.</summary>
    private OpenedBackup Expected(OpenedChain chain)
    {
        var found = chain.Input.Base;
        return found with { Info = found.Info with { Id = Newest.Id }, Sidecar = (found.Sidecar ?? new Sidecar()) with { Definition = chain.Definition } };
    }

    /// <summary>Replays the backups into a temporary one, once. Where one turns out to be damaged, another copy is taken in its place, if there is one.</summary>
    private async Task ReplayAsync(IRunOutput output, CancellationToken cancellationToken)
    {
        if (_folder is not null || _isProved)
            return;
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                if (_chain is not null)
                    await ReplayAsync(_chain, output, cancellationToken);
                else if (_request.PointInTime is not null && !_restore.SkipVerification && _known.Count(backup => backup.Id == _point.Base.Id) > 1)
                    await ProveAsync(output, cancellationToken);
                break;
            }
            catch (DynamoBackupException failure) when (DamagedCopies.IsOfBackup(failure))
            {
                if (!await TakeOthersAsync(output, cancellationToken))
                    throw;
            }
        }

        _isProved = true;
        _replayed = Stopwatch.GetElapsedTime(began);
    }

    private async Task ReplayAsync(OpenedChain chain, IRunOutput output, CancellationToken cancellationToken)
    {
        var folder = WorkingFolder.Open(_restore.WorkingDirectory, output);
        try
        {
            folder.RequireSpace(TableReplay.BytesNeeded(chain.Input) + ExpectedBytes(chain.Input), "replay");
            // The same backups and instant give the same id and files, so that -Resume finds what an ended run has written of them.
            var id = IdOf(_point, _request.ExcludeTtlDelete);
            var store = new DirectoryStore(folder.CreateFolder("state"));
            var writer = new StateWriter(chain, folder, output) { Compression = Compression, NameOf = group => BackupLayout.DataFileOf(Compression, $"{id}\n{group}") };
            output.Verbose($"The state is put together in the temporary folder '{store.Location}', as backup {id}, before anything is written.");
            var path = await writer.WriteAsync(store, id, (draft, _) => draft, cancellationToken);
            _restore = _restore with { Source = store.Location, Path = path, Store = new StoreOptions() };
            _folder = folder;
        }
        catch (Exception exception)
        {
            folder.Dispose();
            if (exception is DynamoBackupException { Code: BackupErrorCode.StoreFull } full)
                throw folder.Full(full);
            throw;
        }
    }

    /// <summary>Proves a full backup that is restored as it is while there is another copy to take: when the restore has begun, it is too late.</summary>
    private async Task ProveAsync(IRunOutput output, CancellationToken cancellationToken)
    {
        using var backup = await VerifyRun.OpenAsync(_point.Base.Location, _request.Restore.Store, _point.Base.Path, output, cancellationToken);
        await RestoreProof.RequireBytesAsync(backup, output, cancellationToken);
    }

    /// <summary>Finds out which of the backups are damaged, and takes others that lead to the same state.</summary>
    /// <returns>False where there are none.</returns>
    private async Task<bool> TakeOthersAsync(IRunOutput output, CancellationToken cancellationToken)
    {
        var (isAny, known) = (false, _known);
        foreach (var copy in _point.Increments.Prepend(_point.Base))
        {
            if (TryFind(DamagedCopies.Mark(known, copy, "")) is null || await WhatIsWrongAsync(copy, output, cancellationToken) is not { } damage)
                continue;
            known = DamagedCopies.Mark(known, copy, damage);
            isAny = true;
            output.Warning($"Backup {copy.Id} at {copy.Location} is damaged: {damage} {(TryFind(known) is { } others ? DamagedCopies.Replacement(copy, others) : "")}".TrimEnd());
        }

        if (!isAny || TryFind(known) is not { } point)
            return false;
        (_known, _point) = (known, point);
        _chain?.Dispose();
        _chain = null;
        _chain = point.Increments.Count == 0 ? null : await OpenedChain.OpenAsync(point, _request.Restore.Store, _request.ExcludeTtlDelete, output, cancellationToken);
        _restore = _request.Restore with { Source = point.Base.Location, Path = point.Base.Path };
        return true;
    }

    private RestorePoint? TryFind(IReadOnlyList<BackupInfo> known) =>
        DamagedCopies.TryFind(() => ChainChoice.Find(known, _request.Backup, _request.PointInTime is null ? null : (DateTimeOffset?)_point.AtUtc, NoOutput.Instance, out _));

    private async Task<string?> WhatIsWrongAsync(BackupInfo copy, IRunOutput output, CancellationToken cancellationToken)
    {
        try
        {
            using var backup = await VerifyRun.OpenAsync(copy.Location, _request.Restore.Store, copy.Path, output, cancellationToken);
            var verifier = new BackupVerifier(backup, output);
            await verifier.RunAsync(VerificationLevel.Checksum, null, cancellationToken);
            return verifier.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Error)?.ToString();
        }
        catch (DynamoBackupException failure) when (DamagedCopies.IsOfBackup(failure))
        {
            return failure.Message;
        }
    }

    private static long ExpectedBytes(ReplayInput input) =>
        input.Increments.Prepend(input.Base).Sum(backup => backup.Info.StoredBytes > 0 ? backup.Info.StoredBytes : backup.ItemBytesEstimate) / 4 * 5;

    private static string IdOf(RestorePoint point, bool excludeTtlDelete)
    {
        var text = new StringBuilder();
        foreach (var backup in point.Increments.Prepend(point.Base))
            text.Append(CultureInfo.InvariantCulture, $"{backup.TableArn} {backup.Id} {backup.ItemCount} {backup.ContentDigest}\n");
        text.Append(CultureInfo.InvariantCulture, $"{Second.Text(point.AtUtc)} {excludeTtlDelete}");
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..8].ToLowerInvariant();
        return BackupId.Create(point.AtUtc ?? point.Base.CompletedUtc ?? point.Base.StartedUtc)[..^8] + hash;
    }
}

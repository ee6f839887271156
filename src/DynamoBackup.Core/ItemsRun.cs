using DynamoBackup.Items;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>
/// Reads items out of one backup, without a table. All items come file by file in the order of the files, each before its file's end has been read and proved; items
/// looked for by key come when their file has been proved, and the reading ends with the last of them. A damaged file is an error that names it, and the others are read.
/// </summary>
public sealed class ItemsRun : IDisposable
{
    /// <summary>What is handed over at once. Two such batches are in memory, and a line buffer of each open file.</summary>
    private const int MostItems = 256;
    private const int MostBytes = 1 << 20;

    private readonly ItemReceiver _receiver;
    private readonly IRunOutput _output;
    private readonly OpenedBackup _backup;
    private readonly KeySet? _keys;
    private readonly ProgressMeter _meter;
    private readonly SemaphoreSlim _turn = new(1);
    private List<ReadOnlyMemory<byte>> _batch = [];
    private int _batchBytes;
    private Task _handedOver = Task.CompletedTask;
    private long _count;

    private ItemsRun(ItemsRequest request, ItemReceiver receiver, IRunOutput output, OpenedBackup backup)
    {
        _receiver = receiver;
        _output = output;
        _backup = backup;
        _keys = request.Keys is null ? null : new KeySet(request.Keys, VerifyRun.DefinitionOf(backup)?.Key);
        _meter = new ProgressMeter(output, backup.Info.TableName, "Reading", backup.Info.ItemCount, null);
    }

    /// <summary>Reads items.</summary>
    /// <param name="request">Which backup, and which of its items.</param>
    /// <param name="receiver">Takes them; the reading waits for it.</param>
    /// <param name="output">Where the run tells what it does; a damaged file and a key that is not found are errors there.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>How many items were handed over.</returns>
    /// <exception cref="DynamoBackupException">There is no such backup, it is of a kind that is not read, or a key is not one of its table.</exception>
    public static async Task<long> RunAsync(ItemsRequest request, ItemReceiver receiver, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(receiver);
        ArgumentNullException.ThrowIfNull(output);
        using var backup = await VerifyRun.OpenAsync(request.Source, request.Store, request.Path, output, cancellationToken);
        RefuseUnread(backup.Info);
        using var run = new ItemsRun(request, receiver, output, backup);
        return await run.RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static void RefuseUnread(BackupInfo backup)
    {
        if (backup.Findings.FirstOrDefault(finding => finding.Kind is FindingKind.FormatNotSupported or FindingKind.ManifestTooNew) is { } unread)
        {
            throw new DynamoBackupException(
                unread.Kind == FindingKind.ManifestTooNew ? BackupErrorCode.ManifestTooNew : BackupErrorCode.FormatNotSupported,
                $"The items of backup {backup.Id} cannot be read. {unread} {unread.Fix}", backup.TableName);
        }

        FullBackup.Require(backup, "give items");
    }

    private async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        if (_backup.Info.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Error) is { } damage)
        {
            _output.Error(new DynamoBackupException(
                BackupErrorCode.BackupDamaged,
                $"Backup {_backup.Info.Id} is damaged; only what can still be read of it is. {damage} {damage.Fix} Test-DynamoBackup shows all findings.", _backup.Info.TableName));
        }

        try
        {
            if (_keys is { IsExact: true })
                await FindAsync(cancellationToken);
            else
                await ReadAsync(cancellationToken);
        }
        finally
        {
            // Nothing may be handed over any more when this method has been left.
            await _handedOver.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _handedOver;
        _keys?.TellMissing(_backup.Info, _output);
        _output.Verbose($"{_count:N0} items were read out of backup {_backup.Info.Id}.");
        return _count;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var (item, reader) = (new CanonicalItem(), new KeyReader());
        foreach (var file in _backup.Files)
        {
            try
            {
                await foreach (var source in ItemSource.ReadAsync(_backup.Store, file, cancellationToken))
                {
                    source.ReadInto(item);
                    _meter.Add(1, source.Json.Length);
                    if (_keys is not null)
                    {
                        if (_keys.Match(item, source.Json.Span, reader) is not { } wanted)
                            continue;
                        _keys.Found(wanted);
                    }

                    await AddAsync(source.Json.ToArray(), cancellationToken);
                }
            }
            catch (DynamoBackupException damage) when (IsDamage(damage))
            {
                await FlushAsync(cancellationToken);
                await _handedOver;
                _output.Error(damage);
            }
        }

        await FlushAsync(cancellationToken);
    }

    private async Task FindAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = enough.Token };
        try
        {
            await Parallel.ForEachAsync(_backup.Files, options, async (file, cancellation) =>
            {
                await FindInAsync(file, cancellation, cancellationToken);
                if (_keys!.IsDone)
                    await enough.CancelAsync();
            });
        }
        catch (OperationCanceledException) when (_keys!.IsDone && !cancellationToken.IsCancellationRequested)
        {
            _output.Debug("The last key has been found; what is left of the backup is not read.");
        }

        await FlushAsync(cancellationToken);
    }

    /// <summary>Looks for the keys in a file, and hands over what it found when the whole file has been proved; what is handed over is not cut off when the last key is found.</summary>
    private async Task FindInAsync(DataFile file, CancellationToken enough, CancellationToken cancellationToken)
    {
        var (item, reader) = (new CanonicalItem(), new KeyReader());
        var found = new List<(KeySet.Wanted Key, byte[] Json)>();
        try
        {
            await foreach (var source in ItemSource.ReadAsync(_backup.Store, file, enough))
            {
                source.ReadInto(item);
                _meter.Add(1, source.Json.Length);
                if (_keys!.Match(item, source.Json.Span, reader) is { } wanted)
                    found.Add((wanted, source.Json.ToArray()));
            }
        }
        catch (DynamoBackupException damage) when (IsDamage(damage))
        {
            _output.Error(damage);
            return;
        }

        if (found.Count == 0)
            return;
        await _turn.WaitAsync(enough);
        try
        {
            foreach (var (wanted, json) in found)
            {
                await AddAsync(json, cancellationToken);
                _keys!.Found(wanted);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task AddAsync(byte[] json, CancellationToken cancellationToken)
    {
        _batch.Add(json);
        _batchBytes += json.Length;
        if (_batch.Count >= MostItems || _batchBytes >= MostBytes)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Hands the batch over and does not wait: the next one is read meanwhile.</summary>
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _handedOver;
        if (_batch.Count == 0)
            return;
        _count += _batch.Count;
        _handedOver = _receiver(_batch, cancellationToken);
        (_batch, _batchBytes) = ([], 0);
    }

    private static bool IsDamage(DynamoBackupException exception) => exception.Code is
        BackupErrorCode.BackupDamaged or BackupErrorCode.InvalidItem or BackupErrorCode.StoreReadFailed or BackupErrorCode.UnsafePath;
}

using DynamoBackup.Aws;
using DynamoBackup.Checkpoints;
using DynamoBackup.Manifests;
using DynamoBackup.Scan;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>
/// A full backup of one table: describe it, scan it in parallel segments into data files, seal it. One scan feeds every destination; one
/// that fails is reported and left out. Before the seal there is no backup; a run that fails or is cancelled takes away what it wrote, but for one
/// with <see cref="BackupRequest.Resume"/>, which leaves it to be continued.
/// </summary>
public sealed class BackupRun
{
    private readonly BackupRequest _request;
    private readonly SidecarGap? _gap;
    private readonly IRunOutput _output;
    private readonly DynamoConnection _connection;
    private readonly StoreGroup _stores;

    private BackupRun(BackupRequest request, SidecarGap? gap, IRunOutput output, DynamoConnection connection, StoreGroup stores)
    {
        _request = request;
        _gap = gap;
        _output = output;
        _connection = connection;
        _stores = stores;
    }

    /// <summary>Backs a table up.</summary>
    /// <param name="request">What to back up, where to and how.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run; nothing of the backup is left then.</param>
    /// <returns>The backup, once for each destination that got it.</returns>
    /// <exception cref="DynamoBackupException">The backup could not be made anywhere; nothing of it is left.</exception>
    public static Task<IReadOnlyList<BackupInfo>> RunAsync(BackupRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        return RunAsync(request, gap: null, output, cancellationToken);
    }

    /// <summary>Backs a table up that could not be backed up for a while.</summary>
    internal static Task<IReadOnlyList<BackupInfo>> RunAsync(BackupRequest request, SidecarGap? gap, IRunOutput output, CancellationToken cancellationToken)
    {
        return RunTimeout.RunAsync(
            request.Timeout, $"The backup of '{request.TableName}'", request.Resume ? "What is stored so far is kept; the same command goes on from there." : "No backup was made. Give it more time, or more read capacity.", request.TableName, output,
            async (watched, cancellation) =>
            {
                using var stores = OpenStores(request, watched);
                using var connection = DynamoConnection.Open(request.Connection);
                return await new BackupRun(request, gap, watched, connection, stores).RunAsync(cancellation);
            },
            cancellationToken);
    }

    /// <summary>Finds out what a backup would read, from the table's description; and, with <see cref="BackupRequest.Resume"/>, what it would go on with.</summary>
    /// <param name="request">What to back up, where to and how.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What the backup would read.</returns>
    /// <exception cref="DynamoBackupException">There is no such table, the request makes no sense, or another run is at work on what would be gone on with.</exception>
    public static async Task<BackupPlan> PlanAsync(BackupRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        using var connection = DynamoConnection.Open(request.Connection);
        var table = await new TableReader(connection, output).DescribeAsync(request.TableName, cancellationToken);
        var unfinished = request.Resume ? await FindUnfinishedAsync(request, table, output, cancellationToken) : null;
        var units = ScanPlan.UnitsOf(table.SizeBytesEstimate, request.ConsistentRead);
        var (duration, basis) = PlanTime.Of(units, request.ReadLimit, CapacityKind.Read, table.Name, table.Table);
        return new BackupPlan
        {
            TableName = table.Name,
            Items = table.ItemCountEstimate,
            Bytes = table.SizeBytesEstimate,
            ReadUnits = units,
            Duration = duration,
            Basis = basis,
            UnfinishedId = unfinished?.State.BackupId,
            StoredItems = unfinished?.State.Segments!.Sum(segment => segment.Files!.Sum(file => file.ItemCount)) ?? 0,
        };
    }

    /// <summary>The table, with all its settings.</summary>
    /// <exception cref="DynamoBackupException">There is no such table, or it is not ready.</exception>
    internal static async Task<TableDefinition> DescribeAsync(BackupRequest request, DynamoConnection connection, IRunOutput output, CancellationToken cancellationToken)
    {
        var table = await new TableReader(connection, output).DescribeInFullAsync(request.TableName, cancellationToken);
        return table.Status is "CREATING" or "DELETING"
            ? throw new DynamoBackupException(BackupErrorCode.TableNotReady, $"Table '{table.Name}' is {table.Status}. Wait until it is ACTIVE, then run the backup again.", table.Name)
            : table;
    }

    private static async Task<UnfinishedBackup?> FindUnfinishedAsync(BackupRequest request, TableDefinition table, IRunOutput output, CancellationToken cancellationToken)
    {
        using var stores = OpenStores(request, output);
        return await BackupStart.SearchAsync(request, table, stores, output, cancellationToken);
    }

    internal static StoreGroup OpenStores(BackupRequest request, IRunOutput output)
    {
        var stores = new List<IBackupStore>();
        try
        {
            foreach (var destination in request.Destinations)
            {
                stores.Add(StoreLocation.Open(destination, request.Store, output));
                if (stores.DistinctBy(store => store.Location, StringComparer.Ordinal).Count() < stores.Count)
                    throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"'{stores[^1].Location}' is given twice as a destination. Give each one once.", destination);
            }

            return new StoreGroup(stores, (store, failure) => output.Error(new DynamoBackupException(
                failure.Code, $"Destination '{store.Location}' gets no backup of '{request.TableName}', the others go on: {failure.Message}", store.Location, failure)));
        }
        catch
        {
            stores.ForEach(store => store.Dispose());
            throw;
        }
    }

    private async Task<IReadOnlyList<BackupInfo>> RunAsync(CancellationToken cancellationToken)
    {
        var table = await DescribeAsync(_request, _connection, _output, cancellationToken);
        if (_request.EnableStream && TableStream.Of(table) is null)
        {
            await new StreamSwitch(_connection, _output).RequireAsync(table, enable: true, cancellationToken);
            table = await DescribeAsync(_request, _connection, _output, cancellationToken);
        }

        var budget = RunBudget.For(_request.ReadLimit, CapacityKind.Read, table.Name, table.Table, _output);
        WarnOfNotRead(table);
        await _stores.EachAsync(store => store.PrepareAsync(cancellationToken));
        // A store that could not even be prepared got nothing, so there is nothing to take away.
        var begun = _stores.Stores.Where(_stores.IsLive).ToList();

        await using var start = await BackupStart.FindAsync(_request, table, _stores, _output, cancellationToken);
        var (id, folder) = (start.Id, start.Folder);
        var plan = new ScanPlan(_request.TableName, start.Segments, _request.ConsistentRead) { Budget = budget, Starts = start.Starts };
        _output.Verbose($"Backing up '{table.Name}' as {id} to {string.Join(", ", _stores.Stores.Select(store => store.Location))}: {plan.Segments} segments, {(plan.ConsistentRead ? "strongly" : "eventually")} consistent reads, {_request.Compression} compression.");
        if (_request.NoContentDigest)
            _output.Verbose("No content digest is computed: items are stored as they come and not read. The MD5 and SHA-256 of every file are kept all the same.");

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, start.Keeper.Lost);
        try
        {
            if (!start.IsContinued)
                await _stores.EachAsync(store => BackupSealer.StartAsync(store, folder, ending.Token));
            var (began, notExactBecause) = await ExactCapture.BeginAsync(_request, table, start, _stores, _output, ending.Token);
            await using var capture = began;
            if (capture is not null)
                start.Keeper.NoteStream(capture.Place, capture.Started);
            start.Keeper.Begin();
            if (capture is not null)
                await capture.LeadAsync(ending.Token);
            var files = await new BackupScan(_request, start, _stores, _connection, _output).RunAsync(table, plan, ending.Token);
            var scanned = DateTimeOffset.UtcNow;
            var exactness = capture is null ? null : await capture.EndAsync(id, ending.Token);
            var draft = Draft(table, start, plan);
            if (exactness is null)
                draft = Exactness.PutFuzzy(draft, start.Started, scanned, notExactBecause);
            Warn(table, exactness?.NotExactBecause ?? notExactBecause);
            var complete = await new BackupCompletion(_request, start, _stores, table, _output).RunAsync(draft, exactness, files, scanned, capture, ending.Token);
            await UnsealedBackup.LeaveAsync(begun.Where(store => !_stores.IsLive(store)), start, keeps: false, _output);
            return [.. complete.Select(backup => BackupDescription.Of(backup.Store, folder, backup.Outcome, files.Count, table.Id) with { ItemsScanned = files.Sum(file => file.ItemCount) })];
        }
        catch (Exception exception)
        {
            await start.Keeper.StopAsync();
            var lost = start.Keeper.Failure;
            var keeps = _request.Resume && start.Keeper.Files.Count > 0 && exception is not DynamoBackupException { Code: BackupErrorCode.AccountingMismatch };
            await UnsealedBackup.LeaveAsync(begun, start, keeps, _output);
            // A store that fails may do so because the backup's folder was taken away.
            if (exception is DynamoBackupException { Code: BackupErrorCode.StoreWriteFailed or BackupErrorCode.StoreReadFailed or BackupErrorCode.StoreNotFound })
                lost ??= start.Keeper.Failure;
            if (lost is not null)
                throw lost;
            if (keeps && exception is DynamoBackupException failure)
                throw new DynamoBackupException(failure.Code, $"{failure.Message} {start.Keeper.Files.Sum(file => file.ItemCount):N0} items are stored in the unfinished backup {id}; the same command goes on from there.", failure.Target, failure);
            throw;
        }
    }

    private Sidecar Draft(TableDefinition table, BackupStart start, ScanPlan plan) => new()
    {
        BackupId = start.Id,
        Type = Sidecar.FullType,
        TableArn = table.Arn,
        StartedUtc = ManifestJson.Format(start.Started),
        CompletedUtc = ManifestJson.Format(DateTimeOffset.UtcNow),
        Scan = new SidecarScan { Segments = plan.Segments, ConsistentRead = plan.ConsistentRead, Compression = _request.Compression.ToString(), ContentDigest = _request.NoContentDigest ? false : null },
        Gap = _gap,
        Definition = table.Recorded,
    };

    private void Warn(TableDefinition table, string? notExactBecause)
    {
        if (notExactBecause is not null)
            _output.Warning($"The backup of '{table.Name}' is not its state at one instant: {notExactBecause}.");
    }

    private void WarnOfNotRead(TableDefinition table)
    {
        if (table.Recorded.NotRead is { Count: > 0 } settings)
            _output.Warning($"The backup of '{table.Name}' holds all items, but not these settings: {SidecarNotRead.Summarize(settings)}. Its findings tell more.");
    }
}

using DynamoBackup.Aws;
using DynamoBackup.Manifests;
using DynamoBackup.Scan;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>
/// A full backup of one table: describe it, scan it in parallel segments into data files, seal it. One scan feeds every destination; one
/// that fails is reported and left out. Before the seal there is no backup; a run that fails or is cancelled takes away what it wrote.
/// </summary>
public sealed class BackupRun
{
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromSeconds(30);

    private readonly BackupRequest _request;
    private readonly IRunOutput _output;
    private readonly DynamoConnection _connection;
    private readonly StoreGroup _stores;

    private BackupRun(BackupRequest request, IRunOutput output, DynamoConnection connection, StoreGroup stores)
    {
        _request = request;
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
    public static async Task<IReadOnlyList<BackupInfo>> RunAsync(BackupRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        return await RunTimeout.RunAsync(
            request.Timeout, $"The backup of '{request.TableName}'", "No backup was made. Give it more time, or more read capacity.", request.TableName, output,
            async (watched, cancellation) =>
            {
                using var stores = OpenStores(request, watched);
                using var connection = DynamoConnection.Open(request.Connection);
                return await new BackupRun(request, watched, connection, stores).RunAsync(cancellation);
            },
            cancellationToken);
    }

    /// <summary>Finds out what a backup would read, from the table's description alone.</summary>
    /// <param name="request">What to back up, where to and how.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What the backup would read.</returns>
    /// <exception cref="DynamoBackupException">There is no such table, or the request makes no sense.</exception>
    public static async Task<BackupPlan> PlanAsync(BackupRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var connection = DynamoConnection.Open(request.Connection);
        var table = await new TableReader(connection, output).DescribeAsync(request.TableName, cancellationToken);
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
        };
    }

    private static StoreGroup OpenStores(BackupRequest request, IRunOutput output)
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
        var table = await new TableReader(_connection, _output).DescribeInFullAsync(_request.TableName, cancellationToken);
        if (table.Status is "CREATING" or "DELETING")
            throw new DynamoBackupException(BackupErrorCode.TableNotReady, $"Table '{table.Name}' is {table.Status}. Wait until it is ACTIVE, then run the backup again.", table.Name);
        var budget = RunBudget.For(_request.ReadLimit, CapacityKind.Read, table.Name, table.Table, _output);
        WarnOfNotRead(table);
        await _stores.EachAsync(store => store.PrepareAsync(cancellationToken));
        // A store that could not even be prepared got nothing, so there is nothing to take away.
        var begun = _stores.Stores.Where(_stores.IsLive).ToList();

        var started = DateTimeOffset.UtcNow;
        var id = BackupId.Create(started);
        var folder = BackupLayout.FolderOf(table.Name, id);
        var plan = new ScanPlan(_request.TableName, _request.Segments ?? ScanPlan.DefaultSegments(table.SizeBytesEstimate), _request.ConsistentRead) { Budget = budget };
        _output.Verbose($"Backing up '{table.Name}' as {id} to {string.Join(", ", _stores.Stores.Select(store => store.Location))}: {plan.Segments} segments, {(plan.ConsistentRead ? "strongly" : "eventually")} consistent reads, {_request.Compression} compression.");

        try
        {
            await _stores.EachAsync(store => BackupSealer.StartAsync(store, folder, cancellationToken));
            var files = await ScanAsync(table, folder, plan, cancellationToken);
            var draft = Draft(table, id, plan, started);
            var complete = await _stores.EachAsync(store => BackupSealer.SealAsync(store, folder, draft, files, table.Id, cancellationToken));
            await CleanUpAsync(begun.Where(store => !_stores.IsLive(store)), folder);
            return [.. complete.Select(backup => Describe(table, id, folder, backup.Store, backup.Outcome, files.Count))];
        }
        catch (Exception)
        {
            await CleanUpAsync(begun, folder);
            throw;
        }
    }

    private async Task<IReadOnlyList<SealedFile>> ScanAsync(TableDefinition table, string folder, ScanPlan plan, CancellationToken cancellationToken)
    {
        var meter = new ProgressMeter(_output, table.Name, "Scanning", Estimate(table.ItemCountEstimate), null);
        var segments = await ParallelScan.RunAsync(
            _connection, plan, _output, (cursor, cancellation) => StoreSegmentAsync(cursor, folder, meter, cancellation), cancellationToken);
        var files = segments.SelectMany(segment => segment.Files).ToList();
        var (scanned, stored) = (segments.Sum(segment => segment.Scanned), files.Sum(file => file.Digest.Count));
        if (scanned != stored)
            throw new DynamoBackupException(BackupErrorCode.AccountingMismatch, $"{scanned:N0} items were scanned, but {stored:N0} stored. Nothing of this backup is kept; please report it.", table.Name);
        _output.Verbose($"Scanned and stored {stored:N0} items in {files.Count} files.");
        return files;
    }

    private async Task<(long Scanned, IReadOnlyList<SealedFile> Files)> StoreSegmentAsync(
        SegmentCursor cursor, string folder, ProgressMeter meter, CancellationToken cancellationToken)
    {
        await using var writer = new SegmentWriter(_stores, folder, _request.Compression, _request.MaxFileBytes);
        while (await cursor.NextAsync(cancellationToken) is { } page)
        {
            await writer.WriteAsync(page.Bytes, page.Items, cancellationToken);
            meter.Add(page.Items.Count, page.Bytes.Length);
        }

        return (cursor.ItemsRead, await writer.CloseAsync(cancellationToken));
    }

    private Sidecar Draft(TableDefinition table, string id, ScanPlan plan, DateTimeOffset started) => new()
    {
        BackupId = id,
        Type = "FULL",
        TableArn = table.Arn,
        StartedUtc = ManifestJson.Format(started),
        CompletedUtc = ManifestJson.Format(DateTimeOffset.UtcNow),
        Scan = new SidecarScan { Segments = plan.Segments, ConsistentRead = plan.ConsistentRead, Compression = _request.Compression.ToString() },
        Definition = table.Recorded,
    };

    private BackupInfo Describe(TableDefinition table, string id, string folder, IBackupStore store, Sidecar sidecar, int fileCount) => new()
    {
        TableName = table.Name,
        TableArn = table.Arn,
        Id = id,
        Type = BackupType.Full,
        Location = store.Location,
        Path = folder,
        StartedUtc = ManifestJson.ParseInstant(sidecar.StartedUtc) ?? default,
        CompletedUtc = ManifestJson.ParseInstant(sidecar.CompletedUtc) ?? default,
        ItemCount = sidecar.ItemCount,
        ItemBytes = sidecar.ItemBytes,
        StoredBytes = sidecar.StoredBytes,
        FileCount = fileCount,
        ContentDigest = sidecar.ContentDigest,
        Consistency = _request.ConsistentRead ? ReadConsistency.Strong : ReadConsistency.Eventual,
        Findings = [.. (sidecar.Definition?.NotRead ?? []).Select(setting => setting.ToFinding(table.Name)).OrderByDescending(finding => finding.Severity)],
    };

    private void WarnOfNotRead(TableDefinition table)
    {
        if (table.Recorded.NotRead is { Count: > 0 } settings)
            _output.Warning($"The backup of '{table.Name}' holds all items, but not these settings: {SidecarNotRead.Summarize(settings)}. Its findings tell more.");
    }

    /// <summary>Takes away an unfinished backup. What cannot be deleted is harmless: without a summary it is not a backup.</summary>
    private Task CleanUpAsync(IEnumerable<IBackupStore> stores, string folder) => Task.WhenAll(stores.Select(async store =>
    {
        using var patience = new CancellationTokenSource(CleanUpPatience);
        try
        {
            // First of all what would make the rest look like a backup.
            await store.DeleteAsync(StoreKey.Join(folder, BackupLayout.Summary), patience.Token);
            await store.DeleteAsync(StoreKey.Join(folder, BackupLayout.SummaryMd5), patience.Token);
            await foreach (var entry in store.ListAsync(folder, patience.Token))
                await store.DeleteAsync(entry.Key, patience.Token);
        }
        catch (Exception exception) when (exception is DynamoBackupException or OperationCanceledException)
        {
            var reason = exception is OperationCanceledException ? $"no answer within {CleanUpPatience.TotalSeconds:0} s" : exception.Message.TrimEnd('.');
            _output.Warning($"The unfinished backup in '{folder}' at {store.Location} could not be removed ({reason}). It is not listed as a backup; delete what is in there by hand.");
        }
    }));

    private static long? Estimate(long value) => value > 0 ? value : null;
}

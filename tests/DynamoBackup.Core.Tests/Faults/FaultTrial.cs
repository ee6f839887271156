using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Stores.S3;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>
/// One seed's trial: a backup and a restore, each behind a schedule of faults. What must hold is looked at without a proxy and, for tables, without the
/// engine.
/// </summary>
internal sealed class FaultTrial(int seed, DynaliteFixture dynalite, RadosGwFixture? rados, FaultTables tables, string folder)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(2);

    private readonly bool _isS3 = rados is not null && seed % 2 == 0;
    private readonly bool _overwrites = seed % 3 == 0;
    private readonly CollectedOutput _output = new();
    private string _location = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private (string Name, string Digest) Table => _isS3 && seed % 4 == 0 ? tables.Large : tables.Small;

    /// <summary>Runs the trial.</summary>
    /// <returns>What happened, in words.</returns>
    public async Task<FaultOutcome> RunAsync()
    {
        _location = _isS3 ? $"s3://{await rados!.NewBucketAsync()}/backups" : Path.Combine(folder, $"store-{seed}");
        var (backup, backedUp) = await BackUpAsync();
        // A backup that could not be made behind the faults is made without them, so that every seed tries a restore.
        backup ??= Assert.Single(await BackupRun.RunAsync(Request(dynalite.Server.Endpoint, null), _output, Cancellation));
        return new FaultOutcome(seed, $"{(_isS3 ? "S3" : "folder")}, {(Table == tables.Large ? "large items" : "2,000 items")}", backedUp, await RestoreAsync(backup));
    }

    private async Task<(BackupInfo? Backup, FaultPart Part)> BackUpAsync()
    {
        await using var faults = await Line.OpenAsync(dynalite, _isS3 ? rados : null, FaultSchedule.ForDynamo(seed), FaultSchedule.ForS3(seed));
        try
        {
            var backup = Assert.Single(await BackupRun.RunAsync(Request(faults.Dynamo, faults.S3), _output, Cancellation));
            Require(Table.Digest == backup.ContentDigest, $"The backup's digest is {backup.ContentDigest}, the table's {Table.Digest}.");
            var proof = await VerifyAsync(backup);
            Require(proof.IsValid, $"A backup that was complete is not: {string.Join("; ", proof.Findings)}");
            return (backup, faults.Part(null));
        }
        catch (DynamoBackupException failure)
        {
            var left = await CatalogRun.RunAsync(new BackupQuery { Sources = [_location], Store = Store(null) }, _output, Cancellation);
            Require(left.Count == 0, $"The backup failed ({failure.Message}), and {left.Count} look whole: {string.Join("; ", left)}");
            return (null, faults.Part(failure));
        }
    }

    private async Task<FaultPart> RestoreAsync(BackupInfo backup)
    {
        var target = DynaliteFixture.NewName("Copy");
        if (_overwrites)
        {
            await SampleTables.CreateAsync(dynalite.Client, target, cancellationToken: Cancellation);
            await SampleTables.FillAsync(dynalite.Client, target, MixedItems.Create(30).Select(Older), cancellationToken: Cancellation);
        }

        // Another mix than the backup's.
        await using var faults = await Line.OpenAsync(dynalite, _isS3 ? rados : null, FaultSchedule.ForDynamo(seed + 1000), FaultSchedule.ForS3(seed + 1000));
        var request = new RestoreRequest
        {
            Source = backup.Location,
            Path = backup.Path,
            Store = Store(faults.S3),
            Connection = Connect(faults.Dynamo),
            TargetTable = target,
            Mode = _overwrites ? RestoreMode.Overwrite : null,
            Verify = seed % 5 != 0,
            Timeout = LongestRun,
        };
        FaultPart part;
        try
        {
            var plan = await RestoreRun.PlanAsync(request, _output, Cancellation);
            var restored = await RestoreRun.RunAsync(request, plan, _output, Cancellation);
            Require(restored.Verified is not false, "The restore says that the table differs.");
            var found = await IndependentDigest.OfTableAsync(dynalite.Client, target, Cancellation);
            Require(found == Table.Digest, $"The restored table's digest is {found}, the backup's table's {Table.Digest}.");
            part = faults.Part(null);
        }
        catch (DynamoBackupException failure)
        {
            var told = failure.Message + string.Concat(_output.Warnings);
            Require(
                _overwrites || !await dynalite.TableExistsAsync(target) || told.Contains("by hand", StringComparison.Ordinal) || await IsWholeAsync(target),
                $"The restore failed ({failure.Message}), and its table is there, not whole, and not told of.");
            part = faults.Part(failure);
        }

        if (await dynalite.TableExistsAsync(target))
            await dynalite.Client.DeleteTableAsync(target, Cancellation);
        return part;
    }

    /// <summary>What fails after the last item, such as reading back, leaves the table as it should be.</summary>
    private async Task<bool> IsWholeAsync(string table) => await IndependentDigest.OfTableAsync(dynalite.Client, table, Cancellation) == Table.Digest;

    private BackupRequest Request(Uri endpoint, Uri? storeEndpoint) => new()
    {
        TableName = Table.Name,
        Connection = Connect(endpoint),
        Destinations = [_location],
        Store = Store(storeEndpoint),
        Segments = 3,
        Compression = Table == tables.Large ? BackupCompression.None : BackupCompression.Gzip,
        MaxFileBytes = Table == tables.Large ? 64 << 20 : 30_000,
        Timeout = LongestRun,
    };

    private Task<BackupVerification> VerifyAsync(BackupInfo backup) => VerifyRun.RunAsync(
        new VerifyRequest { Source = backup.Location, Path = backup.Path, Level = VerificationLevel.Content, Store = Store(null), Connection = dynalite.Connection }, _output, Cancellation);

    private AwsConnection Connect(Uri endpoint) => endpoint == dynalite.Server.Endpoint
        ? dynalite.Connection
        : DynaliteFixture.ConnectTo(endpoint) with { Patience = Patience, LongestSilence = LongestSilence };

    private StoreOptions Store(Uri? endpoint)
    {
        if (!_isS3)
            return new StoreOptions();
        var options = rados!.OptionsFor(endpoint);
        return endpoint is null ? options : options with { Connection = options.Connection with { Patience = Patience, LongestSilence = LongestSilence } };
    }

    private static Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue> Older(Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue> item)
    {
        item["status"] = new("OLDER");
        return item;
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidDataException($"Seed {seed}: {otherwise}{Environment.NewLine}{string.Join(Environment.NewLine, _output.Warnings.Concat(_output.Errors.Select(error => error.Message)))}");
    }

    /// <summary>The proxies of one run, with their faults.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly List<(DynamoProxy Proxy, FaultSchedule Schedule, FaultInjector Injector)> _proxies = [];

        public Uri Dynamo => _proxies[0].Proxy.Endpoint;

        public Uri? S3 => _proxies.Count > 1 ? _proxies[1].Proxy.Endpoint : null;

        public static async Task<Line> OpenAsync(DynaliteFixture dynalite, RadosGwFixture? rados, FaultSchedule dynamo, FaultSchedule s3)
        {
            var line = new Line();
            var proxy = await dynalite.NewProxyAsync();
            line._proxies.Add((proxy, dynamo, FaultInjector.OnDynamo(proxy, dynamo)));
            if (rados is null)
                return line;
            var store = await rados.NewProxyAsync();
            line._proxies.Add((store, s3, FaultInjector.OnS3(store, s3)));
            return line;
        }

        public FaultPart Part(DynamoBackupException? failure) => new(
            string.Join("; S3 ", _proxies.Select(proxy => proxy.Schedule)),
            _proxies.SelectMany(proxy => proxy.Injector.Injected).GroupBy(fault => fault.Key).ToDictionary(fault => fault.Key, fault => fault.Sum(count => count.Value)),
            failure);

        public async ValueTask DisposeAsync()
        {
            foreach (var (proxy, _, _) in _proxies)
                await proxy.DisposeAsync();
        }
    }
}

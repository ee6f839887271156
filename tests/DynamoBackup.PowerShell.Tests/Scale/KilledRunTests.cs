using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Scale;

/// <summary>
/// A process is killed at random moments of a backup and of a restore, and the same command with -Resume ends equal to an undisturbed run, without
/// repeating what was done. DYNAMOBACKUP_TEST_SCALE=full kills 30 times each, at 100,000 items.
/// </summary>
public sealed class KilledRunTests : IAsyncLifetime
{
    private static readonly (int Items, int Kills) Size = ScaleRun.IsFull ? (100_000, 30) : (4_000, 3);
    private static readonly string Backup = string.Create(
        CultureInfo.InvariantCulture, $"Backup-DynamoTable Orders $store -Segments 4 -Compression None -MaxFileBytes 65536 -MaxReadUnits {20 + (Size.Items / 100)} @aws");

    private readonly TempFolder _folder = new();
    private readonly Random _random = new(5);
    private DynaliteServer _server = null!;
    private DynamoProxy _proxy = null!;
    private int _puts;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private StoreFolder Store => new(_folder.Combine("store"));

    public async ValueTask InitializeAsync()
    {
        _server = await DynaliteServer.StartAsync(cancellationToken: Cancel);
        using var client = _server.CreateClient();
        await SampleTables.CreateAsync(client, "Orders", cancellationToken: Cancel);
        await SampleTables.FillAsync(client, "Orders", MixedItems.Create(Size.Items), cancellationToken: Cancel);
        _proxy = await DynamoProxy.StartAsync(_server.Endpoint, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_backup_killed_at_random_moments_and_gone_on_with_equals_an_undisturbed_one()
    {
        var undisturbed = await RunAsync($"$b = {Backup}; $b.ContentDigest; $b.FileCount");
        var files = int.Parse(undisturbed[1], CultureInfo.InvariantCulture);
        for (var kills = 0; kills < Size.Kills;)
        {
            Directory.Delete(Store.Path, recursive: true);
            var (moment, delay) = (_random.Next(0, files), _random.Next(0, 400));
            var ended = await Host().KillAsync($"$null = {Backup}", cancellation => UntilAsync(() => HasCheckpoint && DataFiles().Count >= moment, delay, cancellation), Variables());
            if (ended is not null)
            {
                ended.Succeeded();
                continue;
            }

            kills++;
            var before = DataFiles();
            var noted = Noted();
            var resumed = await RunAsync($"$b = {Backup} -Resume; $b.ContentDigest; $b.FileCount; (Test-DynamoBackup -Source $store).IsValid");
            var after = DataFiles();

            Assert.Equal([undisturbed[0], "True"], [resumed[0], resumed[2]]);
            Assert.All(noted, name => Assert.Equal(before[name], after[name]));
            // However early it was killed, it is gone on with, and nothing stays beside the backup.
            Assert.Equal(int.Parse(resumed[1], CultureInfo.InvariantCulture), after.Count);
            TestContext.Current.TestOutputHelper?.WriteLine($"kill {kills}: {before.Count} files were there, {noted.Count} of them noted and kept; {after.Keys.Count(name => !before.ContainsKey(name))} were written then, {after.Count} in all; equal digest");
        }
    }

    [Fact]
    public async Task A_restore_killed_at_random_moments_and_gone_on_with_equals_an_undisturbed_one()
    {
        var undisturbed = await RunAsync($"(Backup-DynamoTable Orders $store -Segments 4 -Compression None -MaxFileBytes 65536 -MaxReadUnits {20 + (Size.Items / 20)} @aws).ContentDigest");
        _proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "BatchWriteItem")
                Interlocked.Add(ref _puts, exchange.RequestJson()["RequestItems"]!.AsObject().Single().Value!.AsArray().Count);
            return Task.CompletedTask;
        };
        for (var kills = 0; kills < Size.Kills;)
        {
            var restore = $"Restore-DynamoTable Orders $store -TargetTable Copy{Guid.NewGuid():n} -WorkingDirectory $working -Confirm:$false @aws";
            var (moment, delay) = (_random.Next(1, Size.Items * 95 / 100), _random.Next(0, 50));
            _puts = 0;
            var ended = await Host().KillAsync($"$null = {restore}", cancellation => UntilAsync(() => Volatile.Read(ref _puts) >= moment, delay, cancellation), Variables());
            if (ended is not null)
            {
                ended.Succeeded();
                continue;
            }

            kills++;
            // What was under way at the proxy when the process died is let through to the table.
            await Task.Delay(TimeSpan.FromSeconds(1), Cancel);
            var first = Interlocked.Exchange(ref _puts, 0);
            var (written, items) = Written();
            var resumed = await RunAsync($"$r = {restore} -Resume -Verify; $r.ContentDigest; $r.Verified; $r.Written");

            Assert.Equal([undisturbed[0], "True", Size.Items.ToString(CultureInfo.InvariantCulture)], resumed);
            Assert.Equal(Size.Items - items, _puts);
            TestContext.Current.TestOutputHelper?.WriteLine($"kill {kills}: {first:N0} items had been sent, {written} files with {items:N0} items noted as written; {_puts:N0} items were written then; equal digest, verified");
        }
    }

    private static async Task UntilAsync(Func<bool> reached, int delay, CancellationToken cancellation)
    {
        while (!reached()) await Task.Delay(5, cancellation);
        await Task.Delay(delay, cancellation);
    }

    private HostProcess Host() => new(_folder.Path) { Patience = TimeSpan.FromMinutes(10) };

    private async Task<IReadOnlyList<string>> RunAsync(string script) => (await Host().RunAsync(script, Variables())).Succeeded();

    private IEnumerable<(string Name, object Value)> Variables() =>
    [
        ("store", Store.Path),
        ("working", _folder.Combine("working")),
        ("aws", new Hashtable { ["EndpointUrl"] = _proxy.Endpoint.AbsoluteUri, ["Region"] = "us-east-1", ["AccessKey"] = "local", ["SecretKey"] = "local" }),
    ];

    /// <summary>Data files and when they were written.</summary>
    private Dictionary<string, DateTime> DataFiles() => Store.Files.Where(file => file.Contains("/data/", StringComparison.Ordinal) && file.EndsWith(".json", StringComparison.Ordinal))
        .ToDictionary(file => "data/" + Path.GetFileName(file), file => File.GetLastWriteTimeUtc(Path.Combine(Store.Path, file)));

    private bool HasCheckpoint => Store.Files.Any(file => file.EndsWith("/_checkpoint.json", StringComparison.Ordinal));

    /// <summary>The files that the checkpoint names.</summary>
    private List<string> Noted() =>
        [.. JsonNode.Parse(File.ReadAllText(Store.FileEndingIn("/_checkpoint.json")))!["segments"]!.AsArray().SelectMany(segment => segment!["files"]!.AsArray()).Select(file => file!["name"]!.GetValue<string>())];

    /// <summary>Files that the newest journal has as written, and their items.</summary>
    private (int Files, int Items) Written()
    {
        var journal = new DirectoryInfo(_folder.Combine("working")).GetFiles("*.restore.json").Single();
        var names = JsonNode.Parse(File.ReadAllText(journal.FullName))!["written"]!.AsArray().Select(name => name!.GetValue<string>()).ToHashSet();
        var lines = File.ReadAllLines(Store.FileEndingIn("/manifest-files.json")).Select(line => JsonNode.Parse(line)!);
        return (names.Count, lines.Where(line => names.Contains("data/" + line["dataFileS3Key"]!.GetValue<string>().Split('/')[^1])).Sum(line => line["itemCount"]!.GetValue<int>()));
    }
}

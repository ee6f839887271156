using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Surface;

/// <summary>Progress: a record for the command, below it one for the table at work, and both taken away at the end, whatever the end is.</summary>
public sealed class ProgressTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const int Run = 0;
    private const int Table = 1;

    [Fact]
    public async Task A_backup_shows_the_command_and_below_it_the_table()
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await PagesOfOneAsync(itemCount: 60);
        var (shown, run) = await RunUntilShownAsync(proxy, new Gate("Scan", after: 20), $"Backup-DynamoTable {table} $store -Segments 2 @aws");
        run.Single();

        AssertNestedAndCompleted(shown);
        Assert.Equal($"Table 1: {table}", shown.First(record => record.Level == Run).Status);
        var first = shown.First(record => record.Level == Table);
        Assert.Equal($"Scanning {table}", first.Activity);
        Assert.Matches("^[0-9,]+ items, [0-9,]+ items/s, [0-9.,]+ MB/s$", first.Status);
        Assert.InRange(first.Percent, 0, 99);
        Assert.True(first.SecondsRemaining >= 0);
    }

    [Fact]
    public async Task A_backup_of_unknown_size_shows_no_percentage()
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await PagesOfOneAsync(itemCount: 0);
        var (shown, run) = await RunUntilShownAsync(proxy, new Gate("Scan", after: 20), $"Backup-DynamoTable {table} $store -Segments 2 @aws");
        run.Single();
        Assert.Equal((-1, -1), (shown.First(record => record.Level == Table).Percent, shown.First(record => record.Level == Table).SecondsRemaining));
    }

    [Fact]
    public async Task A_restore_shows_what_share_of_the_backup_is_written()
    {
        var source = await CreateBackupAsync(items: 200);
        await using var proxy = await StartProxyAsync();
        var (shown, run) = await RunUntilShownAsync(
            proxy, new Gate("BatchWriteItem", after: 4), $"Restore-DynamoTable {source} $store -TargetTable {Dynalite.UniqueName("copy")} -Confirm:$false @aws", "Writing");
        Assert.Equal(200, run.Single().Number("Written"));
        AssertNestedAndCompleted(shown);
        var writing = shown.First(record => record.Activity.StartsWith("Writing", StringComparison.Ordinal));
        Assert.InRange(writing.Percent, 1, 99);
        Assert.True(writing.SecondsRemaining >= 0);
    }

    [Fact]
    public async Task Both_records_are_taken_away_after_an_error_in_mid_run()
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await PagesOfOneAsync(itemCount: 60);
        var inner = proxy.OnRequest!;
        proxy.OnRequest = async exchange =>
        {
            await inner(exchange);
            if (exchange.Operation == "Scan" && exchange.OperationNumber > 30) exchange.Respond(DynamoErrors.AccessDenied());
        };
        var (shown, run) = await RunUntilShownAsync(proxy, new Gate("Scan", after: 20), $"Backup-DynamoTable {table} $store -Segments 2 @aws");
        Assert.StartsWith("AccessDenied,", run.SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        AssertNestedAndCompleted(shown);
    }

    [Fact]
    public async Task Both_records_are_taken_away_after_an_error_that_ends_the_command()
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await PagesOfOneAsync(itemCount: 60);
        var inner = proxy.OnRequest!;
        proxy.OnRequest = async exchange =>
        {
            await inner(exchange);
            if (exchange.Operation == "Scan" && exchange.OperationNumber > 30) exchange.Respond(DynamoErrors.ExpiredToken());
        };
        var (shown, run) = await RunUntilShownAsync(proxy, new Gate("Scan", after: 20), $"Backup-DynamoTable {table} $store -Segments 2 @aws");
        Assert.StartsWith("AuthenticationFailed,", run.EndedBy().FullyQualifiedErrorId, StringComparison.Ordinal);
        AssertNestedAndCompleted(shown);
    }

    [Fact]
    public async Task Both_records_are_taken_away_where_a_later_command_throws()
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await PagesOfOneAsync(itemCount: 60);
        var (shown, run) = await RunUntilShownAsync(proxy, new Gate("Scan", after: 20), $"Backup-DynamoTable {table} $store -Segments 2 @aws | ForEach-Object {{ throw 'enough' }}");
        Assert.Equal("enough", run.EndedBy().ToString());
        AssertNestedAndCompleted(shown);
    }

    [Fact]
    public async Task Each_table_of_a_command_has_a_record_of_its_own_and_all_are_taken_away()
    {
        var (one, two) = (await CreateTableAsync(items: 60), await CreateTableAsync(items: 60));
        await using var proxy = await PagesOfOneAsync(itemCount: 60);
        var (shown, run) = await RunUntilShownAsync(
            proxy, new Gate("Scan", after: 80), $"Backup-DynamoTable {one}, {two} $store -Segments 2 @aws", $"Scanning {two}");
        Assert.Equal(2, run.Succeeded().Count);
        AssertNestedAndCompleted(shown);
        Assert.Contains(shown, record => record.Level == Run && record.Status == $"Table 2: {two}");
    }

    private static void AssertNestedAndCompleted(IReadOnlyList<Seen> shown)
    {
        Assert.Equal(Run, shown[0].Level);
        var run = Assert.Single(shown.Where(record => record.Level == Run).Select(record => record.Id).Distinct());
        Assert.All(shown.Where(record => record.Level == Table), record => Assert.Equal(run, record.Parent));
        Assert.All(shown, record => Assert.InRange(record.Percent, -1, 100));
        foreach (var id in shown.Select(record => record.Id).Distinct()) Assert.True(shown.Last(record => record.Id == id).IsCompleted, $"Activity {id} stays on the screen.");
        Assert.Equal(run, shown[^1].Id);
    }

    /// <summary>A proxy that makes a table's scan many pages, and its size known.</summary>
    private async Task<DynamoProxy> PagesOfOneAsync(int itemCount)
    {
        var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            if (exchange.Operation == "Scan" && exchange.RequestJson() is var json)
            {
                json["Limit"] = 1;
                exchange.ReplaceRequest(json);
            }

            return Task.CompletedTask;
        };
        proxy.OnResponse = exchange =>
        {
            if (exchange.Operation == "DescribeTable" && exchange.ResponseJson() is var json)
            {
                json["Table"]!["ItemCount"] = itemCount;
                exchange.ReplaceResponse(json);
            }

            return Task.CompletedTask;
        };
        return proxy;
    }

    /// <summary>Lets a script stand at the gate until a table's record has been shown, and then go on to its end.</summary>
    private async Task<(IReadOnlyList<Seen> Shown, RunResult Run)> RunUntilShownAsync(DynamoProxy proxy, Gate gate, string script, string activity = "Scanning")
    {
        var inner = proxy.OnResponse;
        proxy.OnResponse = async exchange =>
        {
            if (inner is not null) await inner(exchange);
            await gate.HoldAsync(exchange);
        };
        var shown = new List<Seen>();
        using var shell = new ModuleShell(proxy.Endpoint, record =>
        {
            shown.Add(new Seen(record));
            if (record.Activity.StartsWith(activity, StringComparison.Ordinal)) gate.Open();
        });
        shell.Set("store", Store.Path);
        var run = await shell.Start(script).WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        return (shown, run);
    }

    /// <summary>A record as it was when it was shown; the command may use it again.</summary>
    private sealed class Seen(ProgressRecord record)
    {
        public int Id { get; } = record.ActivityId;

        public int Parent { get; } = record.ParentActivityId;

        public string Activity { get; } = record.Activity;

        public string Status { get; } = record.StatusDescription;

        public int Percent { get; } = record.PercentComplete;

        public int SecondsRemaining { get; } = record.SecondsRemaining;

        public bool IsCompleted { get; } = record.RecordType == ProgressRecordType.Completed;

        public int Level => Parent < 0 ? Run : Table;
    }
}

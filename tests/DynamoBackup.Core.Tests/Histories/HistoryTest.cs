using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Histories;

/// <summary>What tests of item histories share: a table with a stream, two stores, and short ways to back up into them and to ask them.</summary>
public abstract class HistoryTest(DynaliteFixture dynalite) : StreamTest(dynalite)
{
    protected string Second => Path.Combine(Path.GetDirectoryName(Store)!, "second");

    protected string[] Both => [Store, Second];

    protected Task<IReadOnlyList<BackupInfo>> IncrementAsync(string table, params string[] stores) => IncrementAsync(IncrementOf(table) with { Destinations = stores });

    protected Task<IReadOnlyList<BackupInfo>> ListAsync(params string[] sources) => CatalogRun.RunAsync(new BackupQuery { Sources = sources }, Output, Cancellation);

    /// <summary>The versions of an item, by all backups in the stores.</summary>
    protected Task<IReadOnlyList<ItemVersion>> HistoryAsync(string[] sources, params string[] keys) => AskAsync(sources, null, keys);

    /// <summary>What was in the table at a time; each version's item as the value of <c>v</c>.</summary>
    protected async Task<IReadOnlyList<ItemVersion>> AskAsync(string[] sources, DateTimeOffset? at, params string[] keys)
    {
        var versions = new List<ItemVersion>();
        var request = new HistoryRequest { Backups = await ListAsync(sources), Keys = [.. keys.Select(key => new ItemKey(key))], AsOf = at, WorkingDirectory = WorkingDirectory, ItemReader = ValueOf };
        var given = await HistoryRun.RunAsync(
            request,
            (batch, _) =>
            {
                versions.AddRange(batch);
                return Task.CompletedTask;
            },
            Output, Cancellation);
        Assert.Equal(versions.Count, given);
        return versions;
    }

    /// <summary>Restores the table's state at a time from the backups in the stores into a new table.</summary>
    protected async Task<TableRestore> RestoreAsync(string[] sources, DateTimeOffset at)
    {
        var known = await ListAsync(sources);
        var request = RestoreOf(known[0], DynaliteFixture.NewName("Restored"));
        return await RestoreAsync(request with { Overrides = new TableOverrides(), ExcludedSettings = [TableSetting.Stream] }, at, known: known);
    }

    protected async Task<string?> RestoredValueAsync(TableRestore restored, string key)
    {
        var item = (await Dynalite.Client.GetItemAsync(restored.TableName, KeyOf(key), Cancellation)).Item;
        return item is { Count: > 0 } ? item["v"].S : null;
    }

    /// <summary>A table whose first change only the first store has in a backup of its own, and whose second both have: in the other store with the first.</summary>
    protected async Task<string> NewLaggingTableAsync()
    {
        var table = await NewStreamTableAsync(3);
        await IncrementAsync(table, Both);
        await PutAsync(table, "a", "1");
        await IncrementAsync(table, Store);
        await NextSecondAsync();
        await PutAsync(table, "a", "2");
        await IncrementAsync(table, Both);
        return table;
    }

    protected Task DeleteAsync(string table, string key) => Client.DeleteItemAsync(table, KeyOf(key), Cancellation);

    /// <summary>Waits until the second is over, so that what comes next is in another one.</summary>
    protected static async Task NextSecondAsync() => await Task.Delay(1_000 - DateTime.UtcNow.Millisecond + 20, Cancellation);

    /// <summary>The stream's own record of its changes, oldest first.</summary>
    protected async Task<IReadOnlyList<(string Sequence, DateTime TimeUtc)>> RecordedAsync(string table) =>
        [.. (await Streams.RecordsAsync(table)).Select(record => JsonNode.Parse(record)!["dynamodb"]!).Select(change =>
            ((string)change["SequenceNumber"]!, DateTime.UnixEpoch.AddSeconds((long)change["ApproximateCreationDateTime"]!)))];

    protected static string JsonKey(string key) => $$$"""{"pk":{"S":"{{{key}}}"}}""";

    protected static string Told(ItemVersion version) => $"{version.Change} {version.Item}".TrimEnd();

    /// <summary>Asserts that each version names a backup that lies where the version says.</summary>
    protected async Task AssertSourcesAsync(IEnumerable<ItemVersion> versions)
    {
        foreach (var version in versions)
            Assert.Contains(await ListAsync(version.Location), backup => (backup.Id, backup.Type) == (version.BackupId, version.Type));
    }

    private static Dictionary<string, AttributeValue> KeyOf(string key) => new() { [TableShape.HashKey] = Attr.S(key) };

    private static object ValueOf(ReadOnlyMemory<byte> json) => (string?)JsonNode.Parse(Encoding.UTF8.GetString(json.Span))!["v"]?["S"] ?? "";
}

using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Faults;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A full backup of a table that was written to while it was read: what is restored of it is the table at its instant, and its digest the one that the backup says.</summary>
public sealed class ExactRestoreTests(DynaliteFixture dynalite) : StreamTest(dynalite)
{
    [Fact]
    public async Task By_name_by_instant_over_another_state_and_merged_it_is_the_table_at_its_instant()
    {
        var table = await NewStreamTableAsync(300);
        var before = await ItemsOfAsync(table);
        var full = await BackUpWhileItChangesAsync(table, before);
        await PutAsync(table, "later", "1");
        await IncrementAsync(table);

        var expected = IndependentDigest.Of(await StateAsync(table, before, full.ToUtc!.Value));
        Assert.Equal(expected, full.ExactDigest);
        Assert.NotEqual(expected, full.ContentDigest);
        Assert.NotEqual(expected, await IndependentDigest.OfTableAsync(Dynalite.Client, table, Cancellation));

        await AssertRestoresAsync(full, DynaliteFixture.NewName("restored"), null, null, full);
        await AssertRestoresAsync(full, DynaliteFixture.NewName("restored"), null, new DateTimeOffset(full.ToUtc.Value), null);
        await AssertRestoresAsync(full, table, RestoreMode.Replace, null, full);

        var merged = await MergeRun.RunAsync(new MergeRequest { Backup = full, Known = await ListAsync(), WorkingDirectory = WorkingDirectory }, Output, Cancellation);
        Assert.Equal((full.ExactDigest, BackupExactness.Exact, null), (merged.ContentDigest, merged.Exactness, merged.ExactWith));
    }

    [Fact]
    public async Task Without_the_increment_that_makes_it_exact_it_is_restored_as_it_is_and_that_is_told()
    {
        var table = await NewStreamTableAsync(60);
        var full = await BackUpWhileItChangesAsync(table, await ItemsOfAsync(table));
        var increment = (await ListAsync()).Single(backup => backup.Id == full.ExactWith);
        Directory.Delete(Path.Combine(increment.Location, increment.Path), recursive: true);

        var target = DynaliteFixture.NewName("restored");
        var result = await RestoreAsync(RestoreOf(full, target, Streams.Endpoint), null, full);
        Assert.Equal((full.ContentDigest, true, null), (result.ContentDigest, result.Verified, result.PointInTimeUtc));
        Assert.Equal([full.Id], result.BackupIds);
        var finding = Assert.Single(result.Findings, finding => finding.Kind == FindingKind.NotExact);
        Assert.Contains(full.ExactWith!, finding.Detail, StringComparison.Ordinal);
        Assert.Contains(Output.Warnings, warning => warning.Contains(full.ExactWith!, StringComparison.Ordinal) && warning.Contains("give both stores as -Source", StringComparison.Ordinal));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(full, DynaliteFixture.NewName("restored"), Streams.Endpoint), new DateTimeOffset(full.ToUtc!.Value)));
        Assert.Equal(BackupErrorCode.PointInTimeNotCovered, error.Code);
    }

    /// <summary>Each page that is read is followed by a new item, one that is changed, one that is deleted, and one that was there for a moment.</summary>
    private async Task<BackupInfo> BackUpWhileItChangesAsync(string table, IReadOnlyList<Dictionary<string, AttributeValue>> items)
    {
        var pages = 0;
        Streams.OnResponse = async exchange =>
        {
            if (exchange.Operation != "Scan")
                return;
            var page = Interlocked.Increment(ref pages);
            await PutAsync(table, $"new {page}", "1");
            await Client.PutItemAsync(table, new(items[page]) { ["changed"] = Attr.N($"{page}") }, Cancellation);
            await Client.DeleteItemAsync(table, Key(items[^page]), Cancellation);
            await PutAsync(table, $"moment {page}", "1");
            await Client.DeleteItemAsync(table, Key(Item($"moment {page}", "")), Cancellation);
        };
        var full = await BackUpAsync(FullOf(table));
        Streams.OnResponse = null;
        Assert.Equal(BackupExactness.Exact, full.Exactness);
        Assert.NotNull(full.ExactWith);
        return full;
    }

    private async Task AssertRestoresAsync(BackupInfo full, string target, RestoreMode? mode, DateTimeOffset? at, BackupInfo? backup)
    {
        var result = await RestoreAsync(RestoreOf(full, target, Streams.Endpoint) with { Mode = mode }, at, backup);
        Assert.Equal((full.ExactDigest, true, full.ToUtc), (result.ContentDigest, result.Verified, result.PointInTimeUtc));
        Assert.Equal([full.Id, full.ExactWith!], result.BackupIds);
        Assert.Equal(full.ExactDigest, await IndependentDigest.OfTableAsync(Dynalite.Client, target, Cancellation));
    }

    /// <summary>What the table held at an instant, by the stream's own records.</summary>
    private async Task<IReadOnlyCollection<Dictionary<string, AttributeValue>>> StateAsync(string table, IEnumerable<Dictionary<string, AttributeValue>> before, DateTime at)
    {
        var second = new DateTimeOffset(at).ToUnixTimeSeconds();
        var state = before.ToDictionary(item => item[TableShape.HashKey].S, StringComparer.Ordinal);
        foreach (var change in (await Streams.RecordsAsync(table)).Select(record => JsonNode.Parse(record)!["dynamodb"]!).Where(change => (long)change["ApproximateCreationDateTime"]! <= second))
        {
            var key = (string)change["Keys"]![TableShape.HashKey]!["S"]!;
            if (change["NewImage"] is null)
                state.Remove(key);
            else if (change["NewImage"]!["changed"] is { } changed)
                state[key] = new(state[key]) { ["changed"] = Attr.N((string)changed["N"]!) };
            else
                state[key] = Item(key, (string)change["NewImage"]!["v"]!["S"]!);
        }

        return state.Values;
    }

    private static Dictionary<string, AttributeValue> Key(Dictionary<string, AttributeValue> item) => new() { [TableShape.HashKey] = item[TableShape.HashKey] };
}

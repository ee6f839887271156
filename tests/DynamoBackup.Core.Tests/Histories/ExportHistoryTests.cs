using System.Text;
using System.Text.Json.Nodes;
using DynamoBackup.Core.Tests.Exports;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Histories;

/// <summary>Chains of nothing but exports by AWS: a window tells of each item's last change, and only its end can be asked for.</summary>
public sealed class ExportHistoryTests(DynaliteFixture dynalite) : ExportTest(dynalite)
{
    private static readonly DateTimeOffset Start = new(2024, 5, 1, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(ExportChange.NewAndOldImages)]
    [InlineData(ExportChange.NewImage)]
    public async Task The_full_one_and_each_items_last_change_of_each_window_are_told(string view)
    {
        WriteChain(view);
        Assert.Equal(["0 Present a", "12 Update c", "45 Update d"], await ToldAsync(1));
        Assert.Equal(["0 Present a", "20 Delete", "50 Put z"], await ToldAsync(2));
        Assert.Equal(["15 Put a"], await ToldAsync(4));
        // What came and went within one window is in no export.
        Assert.Empty(await ToldAsync(3));
        Assert.Equal(BackupErrorCode.ItemNotFound, Assert.Single(Output.Errors).Code);
        Assert.Empty(Output.Warnings);
    }

    [Fact]
    public async Task Versions_of_exports_have_no_sequence_number_and_name_their_export()
    {
        WriteChain();
        var versions = await AskAsync(1);
        Assert.All(versions, version => Assert.Null(version.SequenceNumber));
        Assert.Equal((await ListAsync()).OrderBy(backup => backup.ToUtc).Select(backup => (backup.Id, backup.Type)), versions.Select(version => (version.BackupId, version.Type)));
    }

    [Theory]
    [InlineData(ExportChange.NewAndOldImages, "Update c")]
    [InlineData(ExportChange.NewImage, "Put c")]
    public async Task Without_a_full_one_only_old_images_tell_that_there_was_an_item_before(string view, string expected)
    {
        Window(1, 0, 30, view).WriteTo(Store);
        Assert.Equal([expected], (await AskAsync(1)).Select(version => $"{version.Change} {version.Item}"));
    }

    [Theory]
    [InlineData(0, "Present a", "Present a", null)]
    [InlineData(30, "Update c", null, "Put a")]
    [InlineData(60, "Update d", "Put z", "Put a")]
    public async Task At_the_export_time_and_at_the_end_of_each_window_there_is_an_answer(int minute, string one, string? two, string? four)
    {
        WriteChain();
        var expected = new[] { (1, one), (2, two), (4, four) };
        foreach (var (id, told) in expected)
            Assert.Equal(told is null ? [] : [told], (await AskAsync(id, At(minute))).Select(version => $"{version.Change} {version.Item}"));
        Assert.Equal(expected.Count(one => one.Item2 is null), Output.Errors.Count(error => error.Code == BackupErrorCode.ItemNotFound));
    }

    [Theory]
    [InlineData(15, 0, 30)]
    [InlineData(59, 30, 60)]
    public async Task Between_the_ends_it_is_refused_with_the_nearest_ones(int minute, int before, int after)
    {
        WriteChain();
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => AskAsync(1, At(minute)));
        Assert.Equal(BackupErrorCode.PointInTimeNotCovered, error.Code);
        Assert.Contains($"{At(before):yyyy-MM-dd'T'HH:mm:ss'Z'} before it and {At(after):yyyy-MM-dd'T'HH:mm:ss'Z'} after it", error.Message, StringComparison.Ordinal);
        Assert.Contains("each item's last change alone", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_that_is_missing_is_a_hole_that_is_warned_of()
    {
        Full().WriteTo(Store);
        Window(1, 0, 30).WriteTo(Store);
        Window(3, 40, 60).WriteTo(Store);
        Assert.Equal(["0 Present a", "12 Update c", "45 Update d"], await ToldAsync(1));
        Assert.Contains("between 2024-05-01T10:30:00Z and 2024-05-01T10:40:00Z", Assert.Single(Output.Warnings), StringComparison.Ordinal);
        Assert.Equal(BackupErrorCode.PointInTimeNotCovered, (await Assert.ThrowsAsync<DynamoBackupException>(() => AskAsync(1, At(60)))).Code);
    }

    [Fact]
    public async Task A_text_names_a_number_even_where_the_full_export_alone_is_read()
    {
        WriteChain();
        Assert.Equal("a", Assert.Single(await AskAsync("""{"Id":{"S":"1"}}""", At(0))).Item);
    }

    private static DateTimeOffset At(int minute) => Start.AddMinutes(minute);

    private static AwsExport Full() => AwsExport.Create(new() { Start = Start }, [Item(1, "a"), Item(2, "a")], []);

    /// <summary>An export of the changes in minutes, as far as they are in that time.</summary>
    private static AwsExport Window(int seed, int from, int to, string view = ExportChange.NewAndOldImages)
    {
        var changes = new (int Minute, int Id, string? Old, string? New)[]
        {
            (10, 1, "a", "b"), (12, 1, "b", "c"), (20, 2, "a", null), (21, 3, null, "a"), (22, 3, "a", null), (15, 4, null, "a"), (45, 1, "c", "d"), (50, 2, null, "z"),
        };
        return AwsExport.OfChanges(
            new() { Seed = seed + 1, Start = At(to).AddSeconds(1), From = At(from), To = At(to), View = view },
            changes.Where(change => change.Minute >= from && change.Minute < to)
                .Select(change => new ExportChange(At(change.Minute).ToUnixTimeMilliseconds() * 1000 + 7, $$$"""{"Id":{"N":"{{{change.Id}}}"}}""", Image(change.Id, change.Old), Image(change.Id, change.New))));

        static string? Image(int id, string? text) => text is null ? null : Item(id, text);
    }

    private void WriteChain(string view = ExportChange.NewAndOldImages)
    {
        Full().WriteTo(Store);
        Window(1, 0, 30, view).WriteTo(Store);
        Window(2, 30, 60, view).WriteTo(Store);
    }

    private async Task<IEnumerable<string>> ToldAsync(int id) =>
        (await AskAsync(id)).Select(version => $"{(version.TimeUtc - Start.UtcDateTime).TotalMinutes} {version.Change} {version.Item}".TrimEnd());

    private Task<IReadOnlyList<ItemVersion>> AskAsync(int id, DateTimeOffset? at = null) => AskAsync($$$"""{"Id":{"N":"{{{id}}}"}}""", at);

    private async Task<IReadOnlyList<ItemVersion>> AskAsync(string key, DateTimeOffset? at)
    {
        var versions = new List<ItemVersion>();
        var request = new HistoryRequest { Backups = await ListAsync(), Keys = [new ItemKey(key)], AsOf = at, ItemReader = json => (string)JsonNode.Parse(Encoding.UTF8.GetString(json.Span))!["Text"]!["S"]! };
        await HistoryRun.RunAsync(
            request,
            (batch, _) =>
            {
                versions.AddRange(batch);
                return Task.CompletedTask;
            },
            Output, Cancellation);
        return versions;
    }

    private static string Item(int id, string text) => $$$"""{"Id":{"N":"{{{id}}}"},"Text":{"S":"{{{text}}}"}}""";
}

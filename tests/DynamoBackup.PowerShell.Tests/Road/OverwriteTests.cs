using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>A backup's items are put back into a table that is in use.</summary>
public sealed class OverwriteTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    public static TheoryData<bool> RangeKeys => [false, true];

    [Theory]
    [MemberData(nameof(RangeKeys))]
    public async Task A_damaged_table_gets_its_items_back_and_keeps_what_is_new(bool hasRangeKey)
    {
        var shape = hasRangeKey ? TableShape.HashAndRange : TableShape.HashOnly;
        var items = hasRangeKey ? WithRangeKey(120).ToList() : [.. MixedItems.Create(120)];
        var table = await Dynalite.CreateAsync([.. AwkwardItems.All(), .. items], shape);
        var sound = await Dynalite.ReadAsync(table);
        var backup = Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();

        var damaged = items.Take(30).Select(item => new Dictionary<string, AttributeValue>(item) { ["status"] = Attr.S("WRONG"), ["junk"] = Attr.Bool(true) });
        await SampleTables.FillAsync(Dynalite.Client, table, damaged, cancellationToken: Cancel);
        await SampleTables.DeleteAsync(Dynalite.Client, table, items.Skip(30).Take(40).Select(item => Key(item, hasRangeKey)), Cancel);
        var extra = MixedItems.Create(5, seed: 9).Select((item, index) => new Dictionary<string, AttributeValue>(item) { [TableShape.RangeKey] = Attr.N($"{index}") }).ToList();
        await SampleTables.FillAsync(Dynalite.Client, table, extra, cancellationToken: Cancel);
        var added = (await Dynalite.ReadAsync(table)).Where(item => item.Contains(MixedItems.KeyAt(0, seed: 9)[..11], StringComparison.Ordinal)).ToList();
        Assert.Equal(5, added.Count);

        var restored = Shell.Run($"Restore-DynamoTable {table} $store -Mode Overwrite -Force -Verify -Confirm:$false @aws").Single();
        Assert.True(restored.Is("Verified"));
        Assert.Equal("Overwrite", restored.Text("Mode"));
        Assert.Equal(sound.Count, restored.Number("Written"));
        Assert.Equal(backup.Text("ContentDigest"), restored.Text("ContentDigest"));
        Assert.Equal(added.Concat(sound).Order(StringComparer.Ordinal), await Dynalite.ReadAsync(table));
    }

    [Fact]
    public async Task An_empty_table_may_be_overwritten_without_force()
    {
        var source = await CreateBackupAsync(items: 10);
        var target = await CreateTableAsync(items: 0);
        Assert.True(Shell.Run($"Restore-DynamoTable {source} $store -TargetTable {target} -Mode Overwrite -Verify -Confirm:$false @aws").Single().Is("Verified"));
        Assert.Equal(await Dynalite.ReadAsync(source), await Dynalite.ReadAsync(target));
    }

    [Fact]
    public async Task Whoever_is_asked_may_refuse()
    {
        var table = await CreateBackupAsync(items: 3);
        await Dynalite.PutOtherAsync(table, index: 0);
        var before = await Dynalite.ReadAsync(table);
        var questions = new List<string>();
        const int No = 1;
        Shell.AnswerChoice = question =>
        {
            questions.Add(question);
            return No;
        };

        Assert.Empty(Shell.Run($"Restore-DynamoTable {table} $store -Mode Overwrite -Confirm:$false @aws").Succeeded());
        Assert.Contains($"'{table}' holds items", Assert.Single(questions), StringComparison.Ordinal);
        Assert.Equal(before, await Dynalite.ReadAsync(table));
    }

    [Fact]
    public async Task Both_questions_are_asked_before_anything_is_written()
    {
        var table = await CreateBackupAsync(items: 3);
        await Dynalite.PutOtherAsync(table, index: 0);
        await using var proxy = await StartProxyAsync();
        var questions = new List<(string Text, int Writes)>();
        const int Yes = 0;
        Shell.AnswerChoice = question =>
        {
            questions.Add((question, proxy.RequestCount("BatchWriteItem")));
            return Yes;
        };

        Assert.Equal(3, Shell.Run($"Restore-DynamoTable {table} $store -Mode Overwrite @aws").Single().Number("Written"));
        Assert.Equal(2, questions.Count);
        Assert.Contains($"\"{table}\"", questions[0].Text, StringComparison.Ordinal);
        Assert.Contains("3 items", questions[0].Text, StringComparison.Ordinal);
        Assert.All(questions, question => Assert.Equal(0, question.Writes));
    }

    [Fact]
    public async Task A_table_that_someone_writes_to_meanwhile_is_reported_and_not_called_verified()
    {
        var table = await CreateBackupAsync(items: 10);
        await using var proxy = await StartProxyAsync();
        var meanwhile = new Lazy<Task>(() => Dynalite.PutOtherAsync(table, index: 4));
        proxy.OnRequest = exchange => exchange.Operation == "BatchGetItem" ? meanwhile.Value : Task.CompletedTask;

        var run = Shell.Run($"Restore-DynamoTable {table} $store -Mode Overwrite -Force -Verify -Confirm:$false @aws");
        ExpectedError.Of("Restore", "VerificationFailed", "InvalidData", table, "run the restore again").AssertIs(run.SingleError());
        var restored = Assert.Single(run.Output);
        Assert.False(restored.Is("Verified"));
        Assert.Equal("LiveDiffers", Assert.Single(restored.Findings()).Text("Kind"));
    }

    private static Dictionary<string, AttributeValue> Key(Dictionary<string, AttributeValue> item, bool hasRangeKey) =>
        item.Where(attribute => attribute.Key == TableShape.HashKey || (hasRangeKey && attribute.Key == TableShape.RangeKey)).ToDictionary();
}

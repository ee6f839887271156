using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Items;

/// <summary>Items of a backup, all or some, without a table.</summary>
public sealed class ItemReadTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Fact]
    public async Task All_items_come_out_of_the_newest_backup()
    {
        var table = await CreateBackupAsync(items: 700);
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        var items = Shell.Run($"Get-DynamoBackupItem {table} $store").Succeeded();
        Assert.Equal(MixedItems.Create(700).Select(item => item["pk"].S).Order(StringComparer.Ordinal), items.Select(item => item.Text("pk")).Order(StringComparer.Ordinal));
        Assert.All(items, item => Assert.Equal("DynamoBackup.Item", item.TypeNames[0]));
        Assert.Equal(700, Shell.Run($"Get-DynamoBackup {table} $store -Latest | Get-DynamoBackupItem").Succeeded().Count);
        Assert.Equal(700, Shell.Run($"Get-DynamoBackup {table} $store -Latest | ForEach-Object {{ Get-DynamoBackupItem -Id $_.Id -Source $store }}").Succeeded().Count);
    }

    [Fact]
    public async Task Some_keys_are_found_and_one_that_is_not_there_is_an_error_that_names_it()
    {
        var table = await CreateBackupAsync(items: 40);
        var run = Shell.Run($"Get-DynamoBackupItem {table} $store -Key @{{ pk = '{MixedItems.KeyAt(3)}' }}, @{{ pk = 'nobody' }}, ([pscustomobject]@{{ pk = '{MixedItems.KeyAt(8)}'; more = 1 }}), @{{ pk = '{MixedItems.KeyAt(3)}' }}");
        Assert.Equal([MixedItems.KeyAt(3), MixedItems.KeyAt(8)], run.Output.Select(item => item.Text("pk")).Order(StringComparer.Ordinal));
        ExpectedError.Of("GetItem", "ItemNotFound", "ObjectNotFound", """{"pk":{"S":"nobody"}}""", "look in another backup").AssertIs(run.SingleError());
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("5.0", 5)]
    [InlineData("'5'", 5)]
    [InlineData("'5.00'", 5)]
    [InlineData("[decimal]5", 5)]
    [InlineData("[DynamoBackup.DynamoNumber]::Parse('0.5E1')", 5)]
    public async Task A_number_is_found_however_it_is_given(string key, int expected)
    {
        var table = await Dynalite.CreateAsync(Enumerable.Range(0, 9).Select(number => new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue> { ["pk"] = Attr.S("a"), ["sk"] = Attr.N($"{number}") }), TableShape.HashAndRange);
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        Assert.Equal(expected, Shell.Run($"Get-DynamoBackupItem {table} $store -Key @{{ pk = 'a'; sk = {key} }}").Single().Number("sk"));
    }

    [Theory]
    [InlineData("@{ PK = 'a'; sk = 5 }", "lacks pk")]
    [InlineData("@{ pk = 'a' }", "lacks sk; the backup's table has the key pk (S), sk (N)")]
    [InlineData("@{ pk = 'a'; sk = 5; third = 1 }", "more attributes")]
    [InlineData("@{ pk = 'a'; sk = 'five' }", "cannot be a key")]
    [InlineData("@{ pk = 'a'; sk = $true }", "has the type N")]
    [InlineData("@{ pk = 'a'; sk = [datetime]::Now }", "no type for")]
    [InlineData("'a'", "is not a key")]
    [InlineData("@{ pk = 'a'; sk = [double]::NaN }", "not a number")]
    public async Task What_cannot_be_a_key_ends_the_command(string key, string words)
    {
        var table = await CreateBackupAsync(shape: TableShape.HashAndRange);
        var error = Shell.Run($"Get-DynamoBackupItem {table} $store -Key {key}").EndedBy();
        Assert.StartsWith("InvalidArgument,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(words, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_condition_sees_the_item_and_the_users_variables()
    {
        var table = await CreateBackupAsync(items: 300);
        var expected = MixedItems.Create(300).Where(item => item["status"].S == "PAID").Select(item => item["pk"].S).Order(StringComparer.Ordinal).ToList();
        foreach (var form in new[] { "", "-AsHashtable" })
        {
            var run = Shell.Run($"$wanted = 'PAID'; (Get-DynamoBackupItem {table} $store -Where {{ $_.status -eq $wanted }} {form}).pk");
            Assert.Equal(expected, run.Succeeded().Select(value => value.ToString()).Order(StringComparer.Ordinal));
        }

        Assert.Equal(2, Shell.Run($"Get-DynamoBackupItem {table} $store -Key @{{ pk = '{expected[0]}' }}, @{{ pk = '{expected[1]}' }}, @{{ pk = '{MixedItems.Create(300).First(item => item["status"].S != "PAID")["pk"].S}' }} -Where {{ $PSItem.status -eq $wanted }}").Succeeded().Count);
    }

    [Fact]
    public async Task A_condition_that_throws_ends_the_command()
    {
        var table = await CreateBackupAsync(items: 30);
        Assert.Contains("not today", Shell.Run($"Get-DynamoBackupItem {table} $store -Where {{ throw 'not today' }}").EndedBy().ToString(), StringComparison.Ordinal);
        Assert.Equal(30, Shell.Run($"Get-DynamoBackupItem {table} $store").Succeeded().Count);
    }

    [Fact]
    public async Task Whoever_needs_one_item_waits_for_no_more()
    {
        var table = await CreateBackupAsync(items: 5_000);
        var left = Shell.Run($"foreach ($turn in 1) {{ Get-DynamoBackupItem {table} $store -Verbose | ForEach-Object {{ $_; break }} }}");
        Assert.Single(left.Succeeded());
        Assert.DoesNotContain(left.Verbose, message => message.Contains("items were read out", StringComparison.Ordinal));
        Assert.Equal("enough", Shell.Run($"Get-DynamoBackupItem {table} $store | ForEach-Object {{ throw 'enough' }}").EndedBy().ToString());
    }

    [Fact]
    public async Task A_damaged_file_is_an_error_that_names_it_and_the_others_are_read()
    {
        var table = await CreateTableAsync(items: 600);
        Shell.Run($"Backup-DynamoTable {table} $store -Segments 4 -Compression None @aws").Single();
        var file = Store.AnyDataFile;
        var text = await File.ReadAllTextAsync(file, Cancel);
        await File.WriteAllTextAsync(file, text.Replace("\"status\":{\"S\":\"P", "\"status\":{\"S\":\"X", StringComparison.Ordinal), Cancel);
        var lost = text.Split('\n').Length - 1;

        var all = Shell.Run($"Get-DynamoBackupItem {table} $store");
        var error = all.SingleError();
        ExpectedError.Of("GetItem", "BackupDamaged", "InvalidData", $"data/{Path.GetFileName(file)}", "Test-DynamoBackup -Level Content").AssertIs(error);
        Assert.Equal(600, all.Output.Count);

        // By key, only what has been proved comes out.
        Shell.Set("keys", MixedItems.Create(600).Select(item => new System.Collections.Hashtable { ["pk"] = item["pk"].S }).ToArray());
        var byKey = Shell.Run($"Get-DynamoBackupItem {table} $store -Key $keys");
        Assert.Equal(600 - lost, byKey.Output.Count);
        Assert.Equal(lost, byKey.Errors.Count(found => found.FullyQualifiedErrorId.StartsWith("ItemNotFound", StringComparison.Ordinal)));
        Assert.Single(byKey.Errors, found => found.FullyQualifiedErrorId.StartsWith("BackupDamaged", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_selected_and_two_forms_at_once_are_refused()
    {
        Assert.Contains("Say which backup", Shell.Run("Get-DynamoBackupItem -Source $store").EndedBy().ToString(), StringComparison.Ordinal);
        Assert.Contains("not both", Shell.Run("Get-DynamoBackupItem t $store -AsJson -AsHashtable").EndedBy().ToString(), StringComparison.Ordinal);
    }
}

using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using CsCheck;
using DynamoBackup.PowerShell.Tests.Exports;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Items;

/// <summary>What attributes become as objects, and that nothing of them is lost.</summary>
public sealed class ItemValueTests(Dynalite dynalite) : ExportModuleTest(dynalite)
{
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.OneOfConst("a", "A", "é", "É", "Id", "psobject", "Count", "keys", "", " ", "🔑", "a\"b\\c", "\n", "\u0000"), Gen.String[Gen.Char['a', 'z'], 1, 8]);

    private static readonly Gen<string> Numbers = Gen.Select(Gen.Bool, Gen.Int[1, 38], Gen.Int[-60, 60], Gen.Int[0, 999_999_999], Spell);

    private static readonly Gen<string> Binaries = Gen.Byte.Array[0, 12].Select(Convert.ToBase64String);

    private static readonly Gen<string> Values = Gen.Recursive<string>((depth, self) => Gen.Frequency(
        (4, Texts.Select(text => Of("S", Quote(text)))),
        (4, Numbers.Select(number => Of("N", Quote(number)))),
        (1, Binaries.Select(bytes => Of("B", Quote(bytes)))),
        (1, Gen.Bool.Select(truth => Of("BOOL", truth ? "true" : "false"))),
        (1, Gen.Const(Of("NULL", "true"))),
        (1, Texts.Array[1, 4].Select(members => Of("SS", $"[{string.Join(',', members.Distinct().Select(Quote))}]"))),
        (1, Gen.Int.Array[1, 4].Select(members => Of("NS", $"[{string.Join(',', members.Distinct().Select(member => Quote(member.ToString(CultureInfo.InvariantCulture))))}]"))),
        (1, Binaries.Array[1, 4].Select(members => Of("BS", $"[{string.Join(',', members.Distinct().Select(Quote))}]"))),
        (depth < 4 ? 1 : 0, self.Array[0, 3].Select(list => Of("L", $"[{string.Join(',', list)}]"))),
        (depth < 4 ? 1 : 0, Gen.Select(Texts, self).Array[0, 4].Select(entries => Of("M", Map(entries))))));

    private static readonly Gen<string> Maps = Gen.Select(Texts, Values).Array[0, 8].Select(Map);

    [Fact]
    public void Random_items_come_out_as_objects_of_the_same_content()
    {
        var turn = 0;
        Maps.Array[300, 300].Sample(
            items =>
            {
                var table = $"T{turn++}";
                Export(table, null, items[..100], items[100..]);
                var objects = Shell.Run($"Get-DynamoBackupItem {table} $store").Succeeded();
                var tables = Shell.Run($"Get-DynamoBackupItem {table} $store -AsHashtable").Succeeded();
                var lines = Shell.Run($"Get-DynamoBackupItem {table} $store -AsJson").Succeeded().Select(line => line.ToString()).ToList();
                Assert.Equal(items, lines);
                var expected = items.Select(item => ItemShape.OfMap(JsonDocument.Parse(item).RootElement)).ToList();
                Assert.Equal(expected, objects.Select(item => ItemShape.OfMap(item is { BaseObject: PSCustomObject } ? item : item.BaseObject)));
                Assert.Equal(expected, tables.Select(item => ItemShape.OfMap(item.BaseObject)));
                Directory.Delete(Store.Path, recursive: true);
            },
            iter: 6, threads: 1);
    }

    [Fact]
    public async Task Awkward_items_of_a_real_table_come_out_whole()
    {
        var table = await Dynalite.CreateAsync([.. AwkwardItems.All(), .. MixedItems.Create(50)]);
        Shell.Run($"Backup-DynamoTable {table} $store @aws").Single();
        var lines = Shell.Run($"Get-DynamoBackupItem {table} $store -AsJson").Succeeded();
        var items = Shell.Run($"Get-DynamoBackupItem {table} $store").Succeeded();
        Assert.Equal(AwkwardItems.All().Count + 50, items.Count);
        Assert.Equal(
            lines.Select(line => ItemShape.OfMap(JsonDocument.Parse(line.ToString(), new JsonDocumentOptions { MaxDepth = 256 }).RootElement)),
            items.Select(item => ItemShape.OfMap(item is { BaseObject: PSCustomObject } ? item : item.BaseObject)));
    }

    [Theory]
    [InlineData("""{"N":"5"}""", "System.Int64", "5")]
    [InlineData("""{"N":"-0"}""", "System.Int64", "0")]
    [InlineData("""{"N":"12e3"}""", "System.Int64", "12000")]
    [InlineData("""{"N":"9223372036854775807"}""", "System.Int64", "9223372036854775807")]
    [InlineData("""{"N":"9223372036854775808"}""", "System.Decimal", "9223372036854775808")]
    [InlineData("""{"N":"79228162514264337593543950335"}""", "System.Decimal", "79228162514264337593543950335")]
    [InlineData("""{"N":"79228162514264337593543950336"}""", "DynamoBackup.DynamoNumber", "79228162514264337593543950336")]
    [InlineData("""{"N":"0.1"}""", "System.Decimal", "0.1")]
    [InlineData("""{"N":"0.1234567890123456789012345678"}""", "System.Decimal", "0.1234567890123456789012345678")]
    [InlineData("""{"N":"0.12345678901234567890123456789"}""", "DynamoBackup.DynamoNumber", "0.12345678901234567890123456789")]
    [InlineData("""{"N":"1E-28"}""", "System.Decimal", "0.0000000000000000000000000001")]
    [InlineData("""{"N":"1E-29"}""", "DynamoBackup.DynamoNumber", "1E-29")]
    [InlineData("""{"N":"1E+40"}""", "DynamoBackup.DynamoNumber", "1E+40")]
    [InlineData("""{"S":"5"}""", "System.String", "5")]
    [InlineData("""{"BOOL":false}""", "System.Boolean", "False")]
    [InlineData("""{"B":"AQI="}""", "System.Byte[]", "1 2")]
    [InlineData("""{"L":[{"N":"1"},{"NULL":true}]}""", "System.Object[]", "1 ")]
    [InlineData("""{"SS":["b","a"]}""", "DynamoBackup.DynamoSet", "b a")]
    [InlineData("""{"BS":["AQI="]}""", "DynamoBackup.DynamoSet", "1 2")]
    [InlineData("""{"M":{"x":{"N":"1"}}}""", "System.Management.Automation.PSCustomObject", "@{x=1}")]
    public void A_value_has_the_type_that_holds_it_exactly(string json, string type, string text)
    {
        Export("Types", null, [$$"""{"v":{{json}}}"""]);
        Assert.Equal(type, Shell.Run("(Get-DynamoBackupItem Types $store).v.GetType().FullName").Single().ToString());
        Assert.Equal(text, Shell.Run("\"$((Get-DynamoBackupItem Types $store).v)\"").Single().ToString());
    }

    [Fact]
    public void A_null_is_a_property_that_is_null_and_a_missing_attribute_is_none()
    {
        Export("Nulls", null, ["""{"a":{"NULL":true}}"""]);
        Assert.Equal("a|True", Shell.Run("$i = Get-DynamoBackupItem Nulls $store; \"$($i.psobject.Properties.Name -join ',')|$($null -eq $i.a)\"").Single().ToString());
    }

    [Theory]
    [InlineData("$n -gt 5")]
    [InlineData("$n -eq [DynamoBackup.DynamoNumber]::Parse('10E+39')")]
    [InlineData("$n -lt [DynamoBackup.DynamoNumber]::Parse('1E+41')")]
    [InlineData("[double]$n -eq 1e40")]
    [InlineData("\"$n\" -eq '1E+40'")]
    [InlineData("$n.CompareTo([DynamoBackup.DynamoNumber]::Parse('-1E+50')) -eq 1")]
    public void A_number_beyond_a_decimal_compares_by_its_value(string condition)
    {
        Export("Big", null, ["""{"n":{"N":"1E+40"}}"""]);
        Assert.Equal("True", Shell.Run($"$n = (Get-DynamoBackupItem Big $store).n; {condition}").Single().ToString());
    }

    [Theory]
    [InlineData("[DynamoBackup.DynamoNumber]5 -lt $n", "True")]
    [InlineData("5 -lt $n", "refused")]
    [InlineData("5d -lt $n", "refused")]
    [InlineData("5.0 -lt $n", "True")]
    [InlineData("5 -eq $n", "False")]
    [InlineData("$n + 1", "refused")]
    [InlineData("1 + $n", "refused")]
    [InlineData("[double]$n + 1 -eq 1e40", "True")]
    public void On_the_right_side_and_in_sums_it_is_as_the_topic_says(string expression, string outcome)
    {
        Export("Big", null, ["""{"n":{"N":"1E+40"}}"""]);
        Assert.Equal(outcome, Shell.Run($"$n = (Get-DynamoBackupItem Big $store).n; try {{ {expression} }} catch {{ 'refused' }}").Single().ToString());
    }

    [Fact]
    public void Attributes_that_differ_in_case_alone_are_both_there()
    {
        Export("Cases", null, ["""{"name":{"S":"low"},"Name":{"S":"High"},"m":{"M":{"x":{"N":"1"},"X":{"N":"2"}}}}""", """{"name":{"S":"one"}}"""]);
        var run = Shell.Run("$i = @(Get-DynamoBackupItem Cases $store); $i[0].name, $i[0].Name, $i[0]['Name'], $i[0].m.x, $i[0].m.X, $i[1].NAME");
        Assert.Equal(["low", "High", "High", "1", "2", "one"], run.Succeeded().Select(value => value.ToString()));
    }

    [Fact]
    public void A_set_is_a_collection_that_knows_what_it_is_of()
    {
        Export("Sets", null, ["""{"s":{"SS":["b","a"]},"n":{"NS":["1","2.5"]}}"""]);
        var run = Shell.Run("$i = Get-DynamoBackupItem Sets $store; $i.s.Kind; $i.s -contains 'a'; $i.s.Count; $i.s[1]; $i.n.Kind; $i.n -contains 2.5; \"$($i.s)\"");
        Assert.Equal(["String", "True", "2", "a", "Number", "True", "b a"], run.Succeeded().Select(value => value.ToString()));
    }

    private static string Spell(bool negative, int length, int exponent, int seed)
    {
        var random = new Random(seed);
        var digits = string.Concat(Enumerable.Range(0, length).Select(_ => random.Next(10)));
        var point = random.Next(length);
        return string.Create(CultureInfo.InvariantCulture, $"{(negative ? "-" : "")}{(point == 0 ? digits : digits[..point] + "." + digits[point..])}{(random.Next(2) == 0 ? "" : $"E{exponent}")}");
    }

    private static string Map((string Name, string Value)[] entries) =>
        $"{{{string.Join(',', entries.DistinctBy(entry => entry.Name).Select(entry => $"{Quote(entry.Name)}:{entry.Value}"))}}}";

    private static string Of(string type, string content) => $"{{\"{type}\":{content}}}";

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}

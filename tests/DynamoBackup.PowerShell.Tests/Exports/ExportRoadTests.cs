using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Exports;

/// <summary>An export that AWS made goes the same road as a backup of the module's own.</summary>
public sealed class ExportRoadTests(Dynalite dynalite) : ExportModuleTest(dynalite)
{
    [Fact]
    public async Task It_is_listed_tested_at_every_level_and_restored_into_a_table_that_exists()
    {
        var table = await Dynalite.CreateAsync([]);
        var export = Export(table, new() { Prefix = "2020-Nov", BilledSizeBytes = 5000 });
        var listed = Shell.Run("Get-DynamoBackup -Source $store").Single();
        Assert.Equal((table, export.Id, ItemCount, 5000, 3), (listed.Text("TableName"), listed.Text("Id"), listed.Number("ItemCount"), listed.Number("ItemBytes"), listed.Number("FileCount")));
        Assert.False(listed.Is("IsDamaged"));
        Assert.Equal("SidecarMissing", Assert.Single(listed.Findings()).Text("Kind"));
        foreach (var level in new[] { "Structure", "Checksum", "Content" })
            Assert.True(Shell.Run($"Test-DynamoBackup {table} $store -Level {level}").Single().Is("IsValid"), level);

        var restored = Shell.Run($"Get-DynamoBackup {table} $store | Restore-DynamoTable -Verify -Confirm:$false @aws").Single();

        Assert.Equal((ItemCount, "True"), (restored.Number("Written"), restored.Text("Verified")));
        Assert.True(Shell.Run($"Test-DynamoBackup {table} $store -Level Live @aws").Single().Is("IsValid"));
        Assert.Equal(ItemCount, (await Dynalite.ReadAsync(table)).Count);
    }

    [Fact]
    public void One_with_a_damaged_file_names_that_file_and_is_not_restored()
    {
        var export = Export("Catalog");
        var file = export.DataKeys[2];
        StoreFolder.Damage(Path.Combine(Store.Path, file));
        var tested = Shell.Run("Test-DynamoBackup Catalog $store").Single();
        Assert.False(tested.Is("IsValid"));
        Assert.EndsWith(tested.Findings()[0].Text("File"), file, StringComparison.Ordinal);

        Shell.Set("definition", Definition);
        var target = Dynalite.UniqueName();
        var error = Shell.Run($"Restore-DynamoTable Catalog $store -TargetTable {target} -TableDefinition $definition -Confirm:$false @aws").SingleError();
        ExpectedError.Of("Restore", "BackupDamaged", "InvalidData", "Catalog", file.Split('/')[^1]).AssertIs(error);
    }

    [Fact]
    public void Without_a_table_and_a_definition_the_error_names_both_ways_out()
    {
        Export("Catalog");
        var error = Shell.Run($"Restore-DynamoTable Catalog $store -TargetTable {Dynalite.UniqueName("none")} -Confirm:$false @aws").SingleError();
        Assert.StartsWith("DefinitionMissing,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("create the table", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("-TableDefinition", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_incremental_one_is_listed_proved_and_not_restored_by_itself()
    {
        var change = new ExportChange(1_692_576_000_000_000, """{"pk":{"S":"a"}}""", null, """{"pk":{"S":"a"},"n":{"N":"1"}}""");
        Export("Catalog", new() { Kind = ExportKind.Incremental }, [change.ToLine(ExportChange.NewAndOldImages)]);
        var listed = Shell.Run("Get-DynamoBackup -Source $store").Single();
        Assert.Equal(("Incremental", false, 1), (listed.Text("Type"), listed.Is("IsDamaged"), listed.Number("ItemCount")));
        Assert.True(Shell.Run("Test-DynamoBackup Catalog $store -Level Content").Single().Is("IsValid"));
        foreach (var command in new[] { "Restore-DynamoTable Catalog $store -Confirm:$false @aws", "Restore-DynamoTable Catalog $store -Mode Replace -Confirm:$false @aws" })
            ExpectedError.Of("Restore", "BaseMissing", "ObjectNotFound", "Catalog", "cannot be restored").AssertIs(Shell.Run(command).SingleError());
        Assert.StartsWith("FormatNotSupported,", Shell.Run("Get-DynamoBackupItem Catalog $store").SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExportKind.FullIon, "Amazon Ion", "Full")]
    public void A_kind_that_is_not_read_is_listed_by_its_name_and_refused(ExportKind kind, string words, string type)
    {
        Export("Catalog", new() { Kind = kind }, ["a line"]);
        var listed = Shell.Run("Get-DynamoBackup -Source $store").Single();
        Assert.Equal((type, false), (listed.Text("Type"), listed.Is("IsDamaged")));
        Assert.Contains(words, Assert.Single(listed.Findings(), finding => finding.Text("Severity") == "Error").Text("Detail"), StringComparison.Ordinal);
        var error = Shell.Run("Restore-DynamoTable Catalog $store -Confirm:$false @aws").SingleError();
        ExpectedError.Of("Restore", "FormatNotSupported", "NotImplemented", "Catalog", words).AssertIs(error);
        Assert.DoesNotContain("damaged", error.Exception.Message, StringComparison.Ordinal);
    }

    private static string Definition => $$$"""{"KeySchema":[{"AttributeName":"{{{TableShape.HashKey}}}","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"{{{TableShape.HashKey}}}","AttributeType":"S"}]}""";
}

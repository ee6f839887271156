using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Exports;

/// <summary>A kind of export that is recognised, called by its name, and refused: not damage.</summary>
public sealed class UnreadExportTests(DynaliteFixture dynalite) : ExportTest(dynalite)
{
    private static readonly string[][] IonLines = [["""$ion_1_0 {Item:{Id:103.,Title:"Book 103 Title"}}"""], []];

    [Theory]
    [InlineData(ExportKind.FullIon, BackupType.Full)]
    public async Task An_export_in_Ion_is_listed_as_what_it_is(ExportKind kind, BackupType type)
    {
        var backup = await ExportAsync(IonLines, new() { Kind = kind });
        var finding = Assert.Single(backup.Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal((FindingKind.FormatNotSupported, "manifest-summary.json"), (finding.Kind, finding.File));
        Assert.Contains("Amazon Ion", finding.Detail, StringComparison.Ordinal);
        Assert.False(backup.IsDamaged);
        Assert.Equal(type, backup.Type);
    }

    [Fact]
    public async Task Nothing_is_called_proved_or_damaged()
    {
        var result = await VerifyAsync(await ExportAsync(IonLines, new() { Kind = ExportKind.FullIon }), VerificationLevel.Content);
        Assert.False(result.IsValid);
        Assert.Equal(FindingKind.FormatNotSupported, Assert.Single(result.Findings, finding => finding.Severity == FindingSeverity.Error).Kind);
    }

    [Fact]
    public async Task A_restore_is_refused_with_what_it_is()
    {
        var backup = await ExportAsync(IonLines, new() { Kind = ExportKind.FullIon });
        var table = await NewTableAsync("Id N");
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table)));
        Assert.Equal(BackupErrorCode.FormatNotSupported, error.Code);
        Assert.Contains("Amazon Ion", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(table));
    }

    [Fact]
    public async Task A_damaged_one_is_called_damaged_all_the_same()
    {
        var backup = await ExportAsync(IonLines, new() { Kind = ExportKind.FullIon });
        File.AppendAllText(PathOf(backup, "manifest-files.json"), " ");
        Assert.True(Assert.Single(await ListAsync()).IsDamaged);
    }

    [Fact]
    public async Task The_latest_backup_is_the_latest_that_can_be_read()
    {
        AwsExport.Create(new() { Start = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero) }, Files).WriteTo(Store);
        AwsExport.Create(new() { Start = new(2021, 1, 2, 0, 0, 0, TimeSpan.Zero), Kind = ExportKind.FullIon }, IonLines).WriteTo(Store);
        var all = await ListAsync();
        Assert.Equal(2, all.Count);
        var latest = Assert.Single(await CatalogRun.RunAsync(new BackupQuery { Sources = [Store], Latest = true }, Output, Cancellation));
        Assert.Equal(all[0].Id, latest.Id);
    }
}

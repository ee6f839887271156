using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Exports;

/// <summary>Kinds of export that are recognised, called by their names, and refused: not damage.</summary>
public sealed class UnreadExportTests(DynaliteFixture dynalite) : ExportTest(dynalite)
{
    private static readonly string[][] Changes =
    [
        ["""{"Metadata":{"WriteTimestampMicros":{"N":"1680109764000000"}},"Keys":{"Id":{"N":"1"}},"NewImage":{"Id":{"N":"1"}}}"""],
        ["""{"Metadata":{"WriteTimestampMicros":{"N":"1680109764000001"}},"Keys":{"Id":{"N":"2"}},"OldImage":{"Id":{"N":"2"}}}"""],
        [],
    ];

    private static readonly string[][] IonLines = [["""$ion_1_0 {Item:{Id:103.,Title:"Book 103 Title"}}"""], []];

    [Fact]
    public async Task An_incremental_export_is_listed_as_what_it_is()
    {
        var backup = await ExportAsync(Changes, new() { Kind = ExportKind.Incremental });
        AssertListed(backup, "incremental export");
        Assert.Equal(BackupType.Incremental, backup.Type);
    }

    [Fact]
    public async Task An_export_in_Ion_is_listed_as_what_it_is()
    {
        var backup = await ExportAsync(IonLines, new() { Kind = ExportKind.FullIon });
        AssertListed(backup, "Amazon Ion");
        Assert.Equal(BackupType.Full, backup.Type);
    }

    [Theory]
    [InlineData(ExportKind.Incremental, VerificationLevel.Checksum)]
    [InlineData(ExportKind.Incremental, VerificationLevel.Live)]
    [InlineData(ExportKind.FullIon, VerificationLevel.Content)]
    public async Task Nothing_is_called_proved_or_damaged(ExportKind kind, VerificationLevel level)
    {
        var backup = await ExportAsync(kind == ExportKind.Incremental ? Changes : IonLines, new() { Kind = kind });
        var result = await VerifyAsync(backup, level);
        Assert.False(result.IsValid);
        Assert.Equal(FindingKind.FormatNotSupported, Assert.Single(result.Findings, finding => finding.Severity == FindingSeverity.Error).Kind);
    }

    [Theory]
    [InlineData(ExportKind.Incremental, "incremental export")]
    [InlineData(ExportKind.FullIon, "Amazon Ion")]
    public async Task A_restore_is_refused_with_what_it_is(ExportKind kind, string words)
    {
        var backup = await ExportAsync(kind == ExportKind.Incremental ? Changes : IonLines, new() { Kind = kind });
        var table = await NewTableAsync("Id N");
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync(RestoreOf(backup, table)));
        Assert.Equal(BackupErrorCode.FormatNotSupported, error.Code);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync(table));
    }

    [Fact]
    public async Task A_damaged_one_is_called_damaged_all_the_same()
    {
        var backup = await ExportAsync(Changes, new() { Kind = ExportKind.Incremental });
        File.AppendAllText(PathOf(backup, "manifest-files.json"), " ");
        Assert.True(Assert.Single(await ListAsync()).IsDamaged);
    }

    [Fact]
    public async Task The_latest_backup_is_the_latest_that_can_be_read()
    {
        AwsExport.Create(new() { Start = new(2021, 1, 1, 0, 0, 0, TimeSpan.Zero) }, Files).WriteTo(Store);
        AwsExport.Create(new() { Start = new(2021, 1, 2, 0, 0, 0, TimeSpan.Zero), Kind = ExportKind.Incremental }, Changes).WriteTo(Store);
        Assert.Equal(2, (await ListAsync()).Count);
        var latest = Assert.Single(await CatalogRun.RunAsync(new BackupQuery { Sources = [Store], Latest = true }, Output, Cancellation));
        Assert.Equal(BackupType.Full, latest.Type);
    }

    private static void AssertListed(BackupInfo backup, string words)
    {
        var finding = Assert.Single(backup.Findings, finding => finding.Severity == FindingSeverity.Error);
        Assert.Equal((FindingKind.FormatNotSupported, "manifest-summary.json"), (finding.Kind, finding.File));
        Assert.Contains(words, finding.Detail, StringComparison.Ordinal);
        Assert.False(backup.IsDamaged);
    }
}

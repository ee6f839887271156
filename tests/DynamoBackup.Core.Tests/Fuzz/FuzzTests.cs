using DynamoBackup.Manifests;

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>
/// Everything that reads foreign bytes, fed with damaged ones: no undocumented exception, nothing that does not end, no memory beyond the input's measure, and
/// nothing accepted that an independent reading does not accept as the same. A few thousand inputs each; DYNAMOBACKUP_TEST_SCALE=full reads over ten
/// million, and DYNAMOBACKUP_FUZZ_SEED chooses others than the usual ones.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("DYNAMOBACKUP_TEST_SCALE") == "full";
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("DYNAMOBACKUP_FUZZ_SEED"), out var seed) ? seed : 20_260_101;

    [Fact]
    public Task The_page_slicer_takes_any_bytes() => RunAsync(() => new SliceTarget(), 5_000, 5_000_000);

    [Fact]
    public Task The_canonicaliser_takes_any_bytes() => RunAsync(() => new ItemTarget(), 5_000, 5_000_000);

    [Fact]
    public Task The_line_reader_takes_any_bytes() => RunAsync(() => new LineTarget(), 3_000, 300_000);

    [Fact]
    public Task The_reader_of_changes_takes_any_bytes() => RunAsync(() => new ChangeTarget(), 5_000, 3_000_000);

    [Fact]
    public Task A_data_file_may_hold_any_bytes() => RunAsync(() => new DataFileTarget(), 2_000, 300_000);

    [Theory]
    [InlineData(BackupLayout.Summary)]
    [InlineData(BackupLayout.FilesManifest)]
    [InlineData(BackupLayout.Sidecar)]
    public Task A_manifest_may_hold_any_bytes(string file) => RunAsync(() => new ManifestTarget(file), 1_500, 100_000);

    [Fact]
    public void The_same_seed_and_number_make_the_same_input()
    {
        var mutator = new ByteMutator(FuzzItems.All, FuzzItems.Words);
        for (var number = 1; number <= 500; number++)
            Assert.Equal(FuzzRun.Make(mutator, 7, number).Input, FuzzRun.Make(mutator, 7, number).Input);
        Assert.NotEqual(FuzzRun.Make(mutator, 7, 1).Input, FuzzRun.Make(mutator, 8, 1).Input);
    }

    private async Task RunAsync(Func<FuzzTarget> create, int few, int many) =>
        output.WriteLine(await new FuzzRun(create, Seed).RunAsync(IsFull ? many : few, TestContext.Current.CancellationToken));
}

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Xml.Linq;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>
/// Runs the tests of slicing, canonical form and digest once more in processes without vector instructions, or without the widest ones, where
/// other code runs. The switch is read when the runtime starts, so nothing less than a process of its own will do.
/// </summary>
public sealed class PortableSlicingTests
{
    public const string Trait = "Without intrinsics";
    public const string TraitOfWidest = "Without AVX-512";
    public const string Yes = "too";

    [Fact]
    public async Task Slicing_and_the_digest_are_the_same_on_a_processor_without_vector_instructions()
    {
        Assert.True(Vector128.IsHardwareAccelerated, "This process has no vector instructions: the vectored path is not tested here.");
        var passed = await RunTestsAsync("DOTNET_EnableHWIntrinsic", Trait);
        Assert.Contains(nameof(This_process_has_no_vector_instructions), passed);
        Assert.Contains(nameof(JsonSlicerTests.Elements_lie_exactly_where_the_frameworks_reader_finds_them), passed);
        Assert.Contains(nameof(JsonSlicerTests.No_offset_of_a_quote_a_bracket_or_a_run_of_backslashes_in_a_block_of_64_matters), passed);
        Assert.Contains(nameof(JsonArrayFinderTests.An_array_is_found_where_the_frameworks_reader_finds_it), passed);
        Assert.Contains(nameof(CanonicalItemTests.However_an_item_is_spelled_its_encoding_is_the_same), passed);
        Assert.Contains(nameof(HashBatchTests.The_sum_of_many_hashes_is_that_of_the_frameworks_hashes), passed);
    }

    [Fact]
    public async Task The_digest_is_the_same_on_a_processor_without_the_widest_vector_instructions()
    {
        var passed = await RunTestsAsync("DOTNET_EnableAVX512", TraitOfWidest);
        Assert.Contains(nameof(This_process_has_none_of_the_widest_vector_instructions), passed);
        Assert.Contains(nameof(HashBatchTests.The_sum_of_many_hashes_is_that_of_the_frameworks_hashes), passed);
    }

    /// <summary>Explicit, as the other.</summary>
    [Fact(Explicit = true)]
    [Trait(TraitOfWidest, Yes)]
    public void This_process_has_none_of_the_widest_vector_instructions() => Assert.False(Avx512F.VL.IsSupported);

    private static async Task<HashSet<string?>> RunTestsAsync(string runtimeSwitch, string trait)
    {
        using var folder = new TempFolder();
        var report = folder.Combine("report.xml");
        string[] arguments = ["exec", typeof(PortableSlicingTests).Assembly.Location, "-noLogo", "-noColor", "-explicit", "on", "-trait", $"{trait}={Yes}", "-xml", report];
        var start = new ProcessStartInfo(DotNetHost(), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[runtimeSwitch] = "0";

        var (exitCode, output) = await RunAsync(start, TestContext.Current.CancellationToken);

        Assert.True(exitCode == 0, output);
        return [.. XDocument.Load(report).Descendants("test").Where(test => (string?)test.Attribute("result") == "Pass").Select(test => (string?)test.Attribute("method"))];
    }

    /// <summary>Explicit: it holds in the child process only, and without it the child would prove nothing.</summary>
    [Fact(Explicit = true)]
    [Trait(Trait, Yes)]
    public void This_process_has_no_vector_instructions()
    {
        Assert.False(Vector128.IsHardwareAccelerated);
        Assert.False(Vector256.IsHardwareAccelerated);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await errors);
    }

    /// <summary>The dotnet that runs this: the shared framework lies three folders below it.</summary>
    private static string DotNetHost() => Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}

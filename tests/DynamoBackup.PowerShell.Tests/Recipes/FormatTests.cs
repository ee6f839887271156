using System.Diagnostics;
using System.Text.Json;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Recipes;

/// <summary>The command lines of about_DynamoBackup_Format, taken out of the topic and run by a shell on a real backup.</summary>
public sealed class FormatTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string Topic = "about_DynamoBackup_Format";

    [Fact]
    public async Task The_checks_without_the_module_agree_with_the_manifests()
    {
        SkipWithout("sh", "sha256sum", "openssl", "zcat", "grep");
        await CreateBackupAsync(items: 21);
        var lines = await RunAsync(TopicSource.Code(Topic, "Checking without this module", "sh"));
        Assert.Equal("dynamobackup.json: OK", lines[0]);
        Assert.Equal(lines[1], lines[2]);
        Assert.Equal(["21", "21"], lines.Skip(3));
    }

    [Fact]
    public async Task Jq_reads_the_items_and_finds_one_by_its_key()
    {
        SkipWithout("sh", "zcat", "jq");
        await CreateBackupAsync(items: 4);
        var blocks = TopicSource.Blocks(Topic).Where(block => block.Heading == "Reading items with jq").Select(block => block.Code).ToList();
        var items = await RunAsync(blocks[0]);
        Assert.Equal(4, items.Count);
        Assert.All(items, item => Assert.Equal(JsonValueKind.String, JsonDocument.Parse(item).RootElement.GetProperty(TableShape.HashKey).ValueKind));
        var found = await RunAsync(blocks[1].Replace(".Item.Id.N == \"103\"", $".Item.{TableShape.HashKey}.S == \"{MixedItems.KeyAt(2)}\"", StringComparison.Ordinal));
        Assert.Single(found);
    }

    [Fact]
    public async Task A_copy_made_in_two_passes_is_proved_at_its_new_place()
    {
        SkipWithout("sh", "rsync");
        var table = await CreateBackupAsync();
        var code = TopicSource.Code(Topic, "Copying and moving backups", "sh")
            .Replace("/srv/backups/", Store.Path + "/", StringComparison.Ordinal)
            .Replace("nas:/backups/", Folder.Combine("copy") + "/", StringComparison.Ordinal);
        await RunAsync(code);
        Shell.Set("copy", Folder.Combine("copy"));
        Assert.Equal(true, Shell.Run($"Test-DynamoBackup {table} $copy -Level Content -Quiet").Single().BaseObject);
    }

    private static void SkipWithout(params string[] programs)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        foreach (var program in programs)
            Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, program))), $"This machine has no {program}: install the package that holds it.");
    }

    /// <summary>Runs command lines in the folder of the store's one backup.</summary>
    private async Task<IReadOnlyList<string>> RunAsync(string code)
    {
        var start = new ProcessStartInfo("sh", ["-e", "-c", code])
        {
            WorkingDirectory = Path.GetDirectoryName(Store.FileEndingIn("manifest-summary.json"))!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel);
        Assert.True(process.ExitCode == 0, await errors);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

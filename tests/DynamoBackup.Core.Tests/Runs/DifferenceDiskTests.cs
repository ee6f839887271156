using System.Diagnostics;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>Temporary files on a disk without enough room. The disk is a small one in memory, which only root may mount.</summary>
public sealed class DifferenceDiskTests(DynaliteFixture dynalite) : DifferentialTest(dynalite)
{
    [Fact]
    public async Task Too_little_room_is_found_before_the_table_is_scanned()
    {
        await using var disk = await MountAsync(kilobytes: 300);
        var table = await Dynalite.NewTableAsync(MixedItems.Create(2_000), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await using var proxy = await Dynalite.NewProxyAsync();

        var error = await FailAsync(backup, table, proxy);

        Assert.Contains("needs up to", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, proxy.RequestCount("Scan"));
    }

    [Fact]
    public async Task A_disk_that_fills_up_in_mid_comparison_ends_it_and_nothing_has_been_written()
    {
        await using var disk = await MountAsync(kilobytes: 160);
        // Keys far longer than is usual: the estimate says that there is room.
        var table = await Dynalite.NewTableAsync(Enumerable.Range(0, 200).Select(index => new Dictionary<string, AttributeValue> { ["pk"] = Attr.S($"{index} {new string('x', 1_900)}") }), TableShape.HashOnly);
        var backup = await BackUpAsync(table);
        await PutAsync(table, "extra", Attr.N("1"));
        await using var proxy = await Dynalite.NewProxyAsync();

        var error = await FailAsync(backup, table, proxy);

        Assert.Contains("No room left", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Nothing was written to '{table}'", error.Message, StringComparison.Ordinal);
    }

    private async Task<DynamoBackupException> FailAsync(BackupInfo backup, string table, DynamoProxy proxy)
    {
        var writes = CountWrites(proxy);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => ApplyAsync(DifferentialOf(backup, table, RestoreMode.Replace, proxy.Endpoint)));
        Assert.Equal(BackupErrorCode.WorkingDirectoryFull, error.Code);
        Assert.Contains("-WorkingDirectory", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (writes.Puts, writes.Deletes));
        AssertNothingTemporaryIsLeft();
        return error;
    }

    /// <summary>Puts a small disk in the working directory's place.</summary>
    private async Task<Mount> MountAsync(int kilobytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root on Linux may mount a small disk.");
        Directory.CreateDirectory(Work);
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", Work) == 0, "This machine lets no one mount a disk.");
        return new Mount(Work);
    }

    private static async Task<int> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    private sealed class Mount(string path) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => Assert.Equal(0, await RunAsync("umount", path));
    }
}

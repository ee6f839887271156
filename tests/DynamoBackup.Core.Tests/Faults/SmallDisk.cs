using System.Diagnostics;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>A file system of its own in memory, which only root may mount.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    public string Path => _folder.Combine("disk");

    public static async Task<SmallDisk> MountAsync(int kilobytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root on Linux may mount a small disk.");
        var disk = new SmallDisk();
        Directory.CreateDirectory(disk.Path);
        if (await RunAsync("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", disk.Path) == 0)
            return disk;
        disk._folder.Dispose();
        Assert.Skip("This machine lets not even root mount a small disk.");
        return disk;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", "-l", Path);
        _folder.Dispose();
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}

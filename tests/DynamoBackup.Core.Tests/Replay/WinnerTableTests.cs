using System.Diagnostics;
using System.Globalization;
using DynamoBackup.Core.Tests.Faults;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Differences;
using DynamoBackup.Replay;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>
/// The table of last changes lies in a file that is mapped into memory. A page of it that finds no room on the disk would end the process by a signal that nothing catches, so all of its room is
/// taken before it is mapped.
/// </summary>
public sealed class WinnerTableTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CollectedOutput _output = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(200_000)]
    public async Task Its_file_has_all_of_its_room_on_the_disk_before_a_change_is_taken(long changes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "How much of a file is on the disk is asked of Linux's stat.");
        using var folder = WorkingFolder.Open(_folder.Path, _output);
        using var winners = new WinnerTable(folder, changes);

        var file = Assert.Single(Directory.GetFiles(_folder.Path, "changes-*", SearchOption.AllDirectories));
        Assert.True(new FileInfo(file).Length >= changes * 4 / 3);
        Assert.True(await AllocatedAsync(file) >= new FileInfo(file).Length, "The file has holes, and a hole may find no room.");
    }

    [Fact]
    public async Task A_disk_that_fills_up_as_it_grows_is_an_error_and_what_it_holds_is_still_there()
    {
        await using var disk = await SmallDisk.MountAsync(kilobytes: 512);
        using (var folder = WorkingFolder.Open(disk.Path, _output))
        {
            using var winners = new WinnerTable(folder, 1);
            var taken = 0;
            var error = Assert.Throws<DynamoBackupException>(FillUp);

            Assert.Equal(BackupErrorCode.WorkingDirectoryFull, error.Code);
            Assert.Contains("Free some space, or give a folder on another disk with -WorkingDirectory", error.Message, StringComparison.Ordinal);
            // It has grown before: tables of 1,024 and of 2,048 slots were full.
            Assert.True(taken > 1_536, $"{taken} changes");
            Assert.Equal(taken, winners.Count);
            Assert.All(Enumerable.Range(0, taken), key => Assert.True(winners.TryFind(Change(key).Key, out var found) && found.IsAt(0, key, 1)));

            void FillUp()
            {
                for (; ; taken++)
                    Assert.True(winners.Offer(Change(taken)));
            }
        }

        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    [Fact]
    public async Task A_disk_without_room_for_it_is_an_error_and_nothing_is_left()
    {
        await using var disk = await SmallDisk.MountAsync(kilobytes: 64);
        using (var folder = WorkingFolder.Open(disk.Path, _output))
            Assert.Equal(BackupErrorCode.WorkingDirectoryFull, Assert.Throws<DynamoBackupException>(() => new WinnerTable(folder, 1)).Code);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    private static Winner Change(int key) => new(Hash256.Of(BitConverter.GetBytes(key)), 0, default, key, 1, isPut: true);

    private static async Task<long> AllocatedAsync(string file)
    {
        using var process = Process.Start(new ProcessStartInfo("stat", ["--format=%b %B", file]) { RedirectStandardOutput = true })!;
        var words = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split(' ');
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return long.Parse(words[0], CultureInfo.InvariantCulture) * long.Parse(words[1], CultureInfo.InvariantCulture);
    }
}

using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Differences;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Differences;

/// <summary>Temporary files are the owner's alone, and are gone after the run, or after the next one.</summary>
public sealed class WorkingFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CollectedOutput _output = new();

    private string Root => Path.Combine(_folder.Path, "work");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_is_left_after_a_run()
    {
        using (var folder = WorkingFolder.Open(Root, _output))
        {
            using var spill = new PartitionedSpill(folder, "backup", 2, 64);
            spill.Add(0, new byte[100]);
            Assert.Equal(2, Directory.GetFileSystemEntries(Root).Length);
        }

        Assert.Empty(Directory.GetFileSystemEntries(Root));
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Only_the_owner_may_look_inside()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes; the folder inherits its rights.");
        using var folder = WorkingFolder.Open(Root, _output);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        foreach (var path in Directory.GetFileSystemEntries(Root).Append(Root))
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & Others);
    }

    [Fact]
    public void What_a_killed_run_has_left_is_removed_and_what_a_living_one_uses_is_not()
    {
        using var living = WorkingFolder.Open(Root, _output);
        var dead = Path.Combine(Root, "differences-0123456789abcdef");
        Directory.CreateDirectory(dead);
        File.WriteAllText(Path.Combine(dead, "backup"), "keys");
        File.WriteAllText(dead + ".lock", "");
        File.WriteAllText(Path.Combine(Root, "notes.txt"), "not ours");

        using var next = WorkingFolder.Open(Root, _output);

        Assert.False(Directory.Exists(dead) || File.Exists(dead + ".lock"));
        Assert.Equal(2, Directory.GetDirectories(Root).Length);
        Assert.True(File.Exists(Path.Combine(Root, "notes.txt")));
    }

    [Fact]
    public void Too_little_room_is_told_before_anything_is_written_with_the_way_out()
    {
        using var folder = WorkingFolder.Open(Root, _output);
        folder.RequireSpace(1);
        var error = Assert.Throws<DynamoBackupException>(() => folder.RequireSpace(long.MaxValue));
        Assert.Equal(BackupErrorCode.WorkingDirectoryFull, error.Code);
        Assert.Contains("9,223,372,036,854,775,807 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("-WorkingDirectory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_fills_up_is_told_with_the_way_out()
    {
        using var folder = WorkingFolder.Open(Root, _output);
        var error = folder.Failed(new IOException("No space left on device", 28));
        Assert.Equal(BackupErrorCode.WorkingDirectoryFull, error.Code);
        Assert.Contains("-WorkingDirectory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_folders_place_is_an_error_that_names_the_way_out()
    {
        File.WriteAllText(Root, "a file");
        var error = Assert.Throws<DynamoBackupException>(() => WorkingFolder.Open(Root, _output));
        Assert.Equal(BackupErrorCode.WorkingDirectoryFailed, error.Code);
        Assert.Contains("-WorkingDirectory", error.Message, StringComparison.Ordinal);
    }
}

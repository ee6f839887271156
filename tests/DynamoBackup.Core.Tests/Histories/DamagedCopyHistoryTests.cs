using DynamoBackup.Core.Tests.Runs;

namespace DynamoBackup.Core.Tests.Histories;

/// <summary>Damage that only reading shows: with a sound copy in another store the answer is right and a warning tells; without one the error names the file, and no version is missing in silence.</summary>
public sealed class DamagedCopyHistoryTests(DynaliteFixture dynalite) : HistoryTest(dynalite)
{
    private DateTime _at;

    public enum Harm
    {
        FlippedByte = 0,
        Cut,
        Missing,
    }

    [Theory]
    [InlineData(Harm.FlippedByte, false)]
    [InlineData(Harm.Cut, false)]
    [InlineData(Harm.Missing, false)]
    [InlineData(Harm.FlippedByte, true)]
    [InlineData(Harm.Missing, true)]
    public async Task A_sound_copy_in_another_store_is_read_in_its_place(Harm harm, bool ofFull)
    {
        await ArrangeAsync(Both);
        var (backup, file) = await HarmAsync(harm, ofFull);
        Assert.Equal(["Put 1", "Update 2", "Update 3"], (await HistoryAsync(Both, JsonKey("a"))).Select(Told));
        AssertWarned(backup, file);
        Assert.Equal("2", Assert.Single(await AskAsync(Both, _at, JsonKey("a"))).Item);
        AssertWarned(backup, file);
        var restored = await RestoreAsync(Both, _at);
        Assert.Equal(("2", true), (await RestoredValueAsync(restored, "a"), restored.Verified));
        AssertWarned(backup, file);
        Assert.Empty(Output.Errors);
    }

    [Theory]
    [InlineData(Harm.FlippedByte)]
    [InlineData(Harm.Cut)]
    [InlineData(Harm.Missing)]
    public async Task With_one_store_alone_each_command_names_the_file_and_what_to_do(Harm harm)
    {
        await ArrangeAsync(Store);
        var (backup, file) = await HarmAsync(harm, ofFull: false);

        // Its old image says that there was an item before.
        Assert.Equal(["Update 3"], (await HistoryAsync([Store], JsonKey("a"))).Select(Told));
        AssertNames(Assert.Single(Output.Errors), backup, file);
        Assert.Contains("not among those returned", Assert.Single(Output.Errors).Message, StringComparison.Ordinal);
        // The changes of the damaged backup are a hole in the history like any other.
        Assert.Contains("versions of that time are missing", Assert.Single(Output.Warnings), StringComparison.Ordinal);
        AssertNames(await Assert.ThrowsAsync<DynamoBackupException>(() => AskAsync([Store], _at, JsonKey("a"))), backup, file);
        AssertNames(await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync([Store], _at)), backup, file);
    }

    [Fact]
    public async Task Where_the_other_store_has_the_changes_in_backups_of_its_own_these_are_read()
    {
        var table = await NewLaggingTableAsync();
        _at = (await RecordedAsync(table))[0].TimeUtc;
        Output.Warnings.Clear();
        var (backup, file) = await HarmAsync(Harm.FlippedByte, ofFull: false);

        Assert.Equal("1", Assert.Single(await AskAsync(Both, _at, JsonKey("a"))).Item);
        AssertWarned(backup, file);
        Assert.Equal("1", await RestoredValueAsync(await RestoreAsync(Both, _at), "a"));
        AssertWarned(backup, file);
        var versions = await HistoryAsync(Both, JsonKey("a"));
        Assert.Equal(["Put 1", "Update 2"], versions.Select(Told));
        Assert.Equal(Second, versions[0].Location);
    }

    [Fact]
    public async Task A_full_backup_that_is_the_state_alone_is_taken_from_the_store_where_it_is_sound()
    {
        await ArrangeAsync(Both);
        var (backup, file) = await HarmAsync(Harm.FlippedByte, ofFull: true);
        var restored = await RestoreAsync(Both, backup.ToUtc!.Value);
        Assert.Equal((backup.Id, Second, true), (restored.BackupId, restored.Location, restored.Verified));
        AssertWarned(backup, file);
        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreAsync([Store], backup.ToUtc.Value));
        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.Contains("nothing was written", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Makes a full backup without the item, an increment with two versions of it, and one with a third.</summary>
    private async Task ArrangeAsync(params string[] stores)
    {
        var table = await NewStreamTableAsync(3);
        await IncrementAsync(table, stores);
        await NextSecondAsync();
        await PutAsync(table, "a", "1");
        await NextSecondAsync();
        await NextSecondAsync();
        await PutAsync(table, "a", "2");
        _at = (await RecordedAsync(table))[^1].TimeUtc;
        await IncrementAsync(table, stores);
        await PutAsync(table, "a", "3");
        await IncrementAsync(table, stores);
        Output.Warnings.Clear();
    }

    /// <summary>Damages a data file of the first store's full backup or first increment.</summary>
    private async Task<(BackupInfo Backup, string File)> HarmAsync(Harm harm, bool ofFull)
    {
        var backup = (await ListAsync(Store)).First(one => ofFull ? one.Type == BackupType.Full : one is { Type: BackupType.Incremental, ItemCount: > 0 });
        var path = FilesOf(backup, "*.json.*").Where(name => Path.GetDirectoryName(name)!.EndsWith("data", StringComparison.Ordinal)).OrderByDescending(name => new FileInfo(name).Length).First();
        var bytes = await File.ReadAllBytesAsync(path, Cancellation);
        bytes[bytes.Length / 2] ^= 4;
        if (harm == Harm.Missing)
            File.Delete(path);
        else
            await File.WriteAllBytesAsync(path, harm == Harm.Cut ? bytes[..^9] : bytes, Cancellation);
        return (backup, Path.GetFileName(path));
    }

    private void AssertWarned(BackupInfo backup, string file)
    {
        Assert.Contains(Output.Warnings, warning => warning.Contains(file, StringComparison.Ordinal) && warning.Contains(backup.Id, StringComparison.Ordinal) && warning.Contains(Store, StringComparison.Ordinal) && warning.Contains("read in its place", StringComparison.Ordinal));
        Output.Warnings.Clear();
    }

    private static void AssertNames(DynamoBackupException error, BackupInfo backup, string file)
    {
        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.Contains(backup.Id, error.Message, StringComparison.Ordinal);
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Contains("another copy", error.Message, StringComparison.Ordinal);
    }
}

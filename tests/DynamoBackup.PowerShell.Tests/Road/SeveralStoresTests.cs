using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>One backup to several places, and one question to several stores.</summary>
public sealed class SeveralStoresTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private string Second => Folder.Combine("second");

    [Fact]
    public async Task A_backup_to_two_places_is_one_object_each_and_pipes_on()
    {
        var table = await CreateTableAsync(items: 40);
        Shell.Set("second", Second);

        var proofs = Shell.Run($"Backup-DynamoTable {table} -Destination $store, $second @aws | Test-DynamoBackup -Level Content").Succeeded();

        Assert.Equal([Store.Path, Second], proofs.Select(proof => proof.Text("Location")));
        Assert.All(proofs, proof => Assert.True(proof.Get<bool>("IsValid")));
        Assert.Single(proofs.Select(proof => proof.Text("Id")).Distinct());
    }

    [Fact]
    public async Task A_place_that_fails_is_an_error_of_its_own_and_the_next_table_tries_it_again()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        await File.WriteAllTextAsync(Second, "a file", Cancel);
        Shell.Set("second", Second);

        var run = Shell.Run($"Backup-DynamoTable {one}, {two} -Destination $second, $store @aws");

        Assert.Equal([Store.Path, Store.Path], run.Output.Select(backup => backup.Text("Location")));
        Assert.Equal([Second, Second], run.Errors.Select(error => error.TargetObject));
        Assert.All(run.Errors, error => Assert.StartsWith("StoreNotFound,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_stores_are_listed_as_one_and_a_restore_takes_the_copy_that_is_sound()
    {
        var table = await CreateTableAsync(items: 25);
        Shell.Set("second", Second);
        var id = Shell.Run($"(Backup-DynamoTable {table} -Destination $store, $second @aws).Id").Succeeded()[0].BaseObject;
        File.Delete(Directory.GetFiles(Store.Path, "dynamobackup.json", SearchOption.AllDirectories).Single());

        Assert.Equal([Store.Path, Second], Shell.Run("Get-DynamoBackup -Source $store, $second -Latest").Succeeded().Select(backup => backup.Text("Location")));
        var restore = Shell.Run($"Restore-DynamoTable {table} -Source $store, $second -TargetTable {table}-back -Verify -Confirm:$false @aws").Single();

        Assert.Equal(Second, restore.Text("Location"));
        Assert.Equal(id, restore.Text("BackupId"));
        Assert.True(restore.Get<bool>("Verified"));
    }

    [Fact]
    public async Task Two_copies_of_one_backup_are_restored_once_and_the_second_where_the_first_is_damaged()
    {
        var table = await CreateTableAsync(items: 25);
        Shell.Set("second", Second);
        Shell.Run($"$both = Backup-DynamoTable {table} -Destination $store, $second @aws").Succeeded();

        var once = Shell.Run($"$both | Restore-DynamoTable -TargetTable {table}-1 -Verify -Confirm:$false -Verbose @aws");
        Assert.Equal(Store.Path, once.Single().Text("Location"));
        Assert.Contains(once.Verbose, line => line.Contains($"at {Second} is passed over", StringComparison.Ordinal));

        StoreFolder.Damage(Store.AnyDataFile);
        var other = Shell.Run($"$both | Restore-DynamoTable -TargetTable {table}-2 -Verify -Confirm:$false @aws");
        Assert.StartsWith("BackupDamaged,", other.SingleError().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(Second, Assert.Single(other.Output).Text("Location"));
    }

    [Fact]
    public async Task A_store_given_twice_is_listed_once()
    {
        await CreateBackupAsync();
        Shell.Run("Get-DynamoBackup -Source $store, $store").Single();
    }

    [Fact]
    public void A_path_typed_in_place_of_a_name_is_told() =>
        ExpectedError.Of("Get", "LocationMissing", "InvalidArgument", null, "'./backups' was taken as -TableName").AssertIs(Shell.Run("Get-DynamoBackup ./backups").EndedBy());

    [Fact]
    public async Task A_store_that_is_gone_is_an_error_and_the_other_is_listed()
    {
        var table = await CreateBackupAsync();
        var run = Shell.Run($"Get-DynamoBackup {table} -Source $store, \"$store-gone\"");
        Assert.Single(run.Output);
        ExpectedError.Of("Get", "StoreNotFound", "ObjectNotFound", Store.Path + "-gone", "Check the path").AssertIs(run.SingleError());
    }
}

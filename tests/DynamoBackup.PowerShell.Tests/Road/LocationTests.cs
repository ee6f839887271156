using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Road;

/// <summary>A location means what it means to PowerShell, whatever the process's own current folder is.</summary>
public sealed class LocationTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    [Theory]
    [InlineData("store")]
    [InlineData("./store")]
    [InlineData("../work/store")]
    [InlineData("./store/")]
    [InlineData("store/../store")]
    public async Task A_relative_path_starts_from_the_current_location(string path)
    {
        var table = await CreateTableAsync();
        var work = Directory.CreateDirectory(Folder.Combine("work")).FullName;
        GoTo(work);
        var backup = Shell.Run($"Backup-DynamoTable {table} {path} @aws").Single();
        Assert.Equal(Path.Combine(work, "store"), backup.Text("Location"));
        GoTo(Folder.Path);
        Assert.Equal(table, Shell.Run("Get-DynamoBackup -Source ./work/store").Single().Text("TableName"));
        Assert.True(Shell.Run("Test-DynamoBackup -Source work/store").Single().Is("IsValid"));
    }

    [Fact]
    public async Task A_piped_backup_is_found_from_any_current_location()
    {
        var table = await CreateTableAsync();
        GoTo(Folder.Path);
        var backup = Shell.Run($"Backup-DynamoTable {table} store @aws").Single();
        GoTo(Directory.CreateDirectory(Folder.Combine("elsewhere")).FullName);
        Shell.Set("backup", backup);
        Assert.True(Shell.Run("$backup | Test-DynamoBackup").Single().Is("IsValid"));
    }

    [Fact]
    public async Task A_drive_of_PowerShells_own_is_a_location()
    {
        var table = await CreateTableAsync();
        NewDrive("Backups", Folder.Path);
        var backup = Shell.Run($"Backup-DynamoTable {table} Backups:/nightly @aws").Single();
        Assert.Equal(Folder.Combine("nightly"), backup.Text("Location"));
        Assert.Equal(table, Shell.Run("Get-DynamoBackup -Source Backups:nightly").Single().Text("TableName"));
        GoTo("Backups:/");
        Assert.Equal(table, Shell.Run("Get-DynamoBackup -Source nightly").Single().Text("TableName"));
        Assert.Equal(table, Shell.Run("Get-DynamoBackup -Source Microsoft.PowerShell.Core\\FileSystem::" + Folder.Combine("nightly")).Single().Text("TableName"));
    }

    [Fact]
    public async Task A_file_URI_is_a_location()
    {
        var table = await CreateTableAsync();
        Shell.Set("uri", new Uri(Folder.Combine("with blank", "störe")).AbsoluteUri);
        Directory.CreateDirectory(Folder.Combine("with blank"));
        var backup = Shell.Run($"Backup-DynamoTable {table} $uri @aws").Single();
        Assert.Equal(Folder.Combine("with blank", "störe"), backup.Text("Location"));
        Assert.Equal(table, Shell.Run("Get-DynamoBackup -Source $uri").Single().Text("TableName"));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("[brackets]")]
    [InlineData("quote's")]
    [InlineData("$dollar")]
    [InlineData("ünïcode ✓")]
    public async Task A_path_is_taken_literally(string name)
    {
        var table = await CreateTableAsync();
        Shell.Set("store", Folder.Combine(name));
        Assert.Equal(Folder.Combine(name), Shell.Run($"Backup-DynamoTable {table} $store @aws").Single().Text("Location"));
        Assert.True(Directory.Exists(Folder.Combine(name)));
        Assert.True(Shell.Run("Test-DynamoBackup -Source $store").Single().Is("IsValid"));
    }

    [Fact]
    public async Task The_environment_names_the_store_where_nothing_is_given()
    {
        var table = await CreateTableAsync();
        var target = Dynalite.UniqueName("copy");
        var host = new HostProcess(Folder.Path).WithEnvironment("DYNAMOBACKUP_STORE", Store.Path);
        var outcome = await host.RunAsync(
            """
            $ErrorActionPreference = 'Stop'
            $backup = Backup-DynamoTable $table @aws
            "backup $($backup.Location)"
            "listed $((Get-DynamoBackup).Id -eq $backup.Id)"
            "valid $(Test-DynamoBackup -Quiet)"
            "restored $((Restore-DynamoTable $table -TargetTable $target -Confirm:$false @aws).Written)"
            """,
            ("aws", ModuleShell.ConnectionTo(Dynalite.Endpoint)), ("table", table), ("target", target));
        Assert.Equal([$"backup {Store.Path}", "listed True", "valid True", "restored 3"], outcome.Succeeded());
    }

    [Fact]
    public async Task What_is_given_goes_before_the_environment()
    {
        var table = await CreateTableAsync();
        var host = new HostProcess(Folder.Path).WithEnvironment("DYNAMOBACKUP_STORE", Folder.Combine("not", "this"));
        var outcome = await host.RunAsync(
            "(Backup-DynamoTable $table $store @aws).Location; (Get-DynamoBackup -Source $store).TableName",
            ("aws", ModuleShell.ConnectionTo(Dynalite.Endpoint)), ("table", table), ("store", Store.Path));
        Assert.Equal([Store.Path, table], outcome.Succeeded());
    }

    [Fact]
    public async Task After_and_Before_take_local_time()
    {
        var table = await CreateTableAsync();
        var outcome = await new HostProcess(Folder.Path).WithEnvironment("TZ", "Asia/Tokyo").RunAsync(
            """
            $made = (Backup-DynamoTable $table $store @aws).CompletedUtc
            $typed = $made.ToLocalTime().ToString('yyyy-MM-dd HH:mm:ss.fffffff')
            "after $(@(Get-DynamoBackup -Source $store -After $typed).Count)"
            "before $(@(Get-DynamoBackup -Source $store -Before $typed).Count)"
            "a second later $(@(Get-DynamoBackup -Source $store -After ([datetime]$typed).AddSeconds(1)).Count)"
            "a second earlier $(@(Get-DynamoBackup -Source $store -Before ([datetime]$typed).AddSeconds(-1)).Count)"
            """,
            ("aws", ModuleShell.ConnectionTo(Dynalite.Endpoint)), ("table", table), ("store", Store.Path));
        Assert.Equal(["after 1", "before 1", "a second later 0", "a second earlier 0"], outcome.Succeeded());
    }

    private void GoTo(string location)
    {
        Shell.Set("location", location);
        Shell.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($location)").Succeeded();
    }

    private void NewDrive(string name, string root)
    {
        Shell.Set("name", name);
        Shell.Set("root", root);
        Shell.Run(
            """
            $drive = [System.Management.Automation.PSDriveInfo]::new($name, $ExecutionContext.SessionState.Provider.GetOne('FileSystem'), $root, '', $null)
            $null = $ExecutionContext.SessionState.Drive.New($drive, 'Global')
            """).Succeeded();
    }
}

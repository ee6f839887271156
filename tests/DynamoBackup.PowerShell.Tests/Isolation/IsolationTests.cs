using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Isolation;

/// <summary>
/// The module works beside any other module's AWS SDK, whichever came first, because its engine lives in a load context of its own.
/// Each case is a process of its own: what a process has loaded, it keeps.
/// </summary>
public sealed class IsolationTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string Older = "4.0.102.18";
    private const string Oldest = "3.7.501.1";
    private const string OurOwn = "4.0.102.19";

    /// <summary>Backs a table up and restores it for real, and says so.</summary>
    private const string RoundTrip =
        """
        $ErrorActionPreference = 'Stop'
        $backup = Backup-DynamoTable $table $store @aws
        "valid $((Test-DynamoBackup $table $store -Level Live @aws).IsValid)"
        "verified $((Restore-DynamoTable $table $store -TargetTable $target -Verify -Confirm:$false @aws).Verified)"

        """;

    /// <summary>Lists who has loaded what, as 'context: assembly file version'.</summary>
    private const string ListAssemblies =
        """
        foreach ($context in [System.Runtime.Loader.AssemblyLoadContext]::All) {
            foreach ($assembly in $context.Assemblies) {
                $name = $assembly.GetName().Name
                if ($name -like 'AWSSDK*' -or $name -like 'DynamoBackup*') {
                    "$($context.Name): $name $([System.Diagnostics.FileVersionInfo]::GetVersionInfo($assembly.Location).FileVersion)"
                }
            }
        }
        """;

    [Fact]
    public async Task The_module_alone_keeps_its_engine_out_of_the_default_context()
    {
        var lines = await RoundTripAsync(new HostProcess(Folder.Path));
        Assert.DoesNotContain(lines, line => line.StartsWith("Default: AWSSDK", StringComparison.Ordinal) || line.StartsWith("Default: DynamoBackup.Core", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Default: DynamoBackup.PowerShell ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("Default: DynamoBackup.Contracts ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("DynamoBackup.Engine: DynamoBackup.Core ", StringComparison.Ordinal));
        Assert.Contains($"DynamoBackup.Engine: AWSSDK.Core {OurOwn}", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("DynamoBackup.Engine: DynamoBackup.Contracts", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Older, "-PreloadAssembly")]
    [InlineData(Older, "-PostloadAssembly")]
    [InlineData(Oldest, "-PreloadAssembly")]
    [InlineData(Oldest, "-PostloadAssembly")]
    public async Task Another_SDK_in_the_default_context_is_neither_used_nor_replaced(string version, string when)
    {
        var other = Path.Combine(AppContext.BaseDirectory, "OtherAwsSdk", version, "AWSSDK.Core.dll");
        var lines = await RoundTripAsync(new HostProcess(Folder.Path).WithOption(when, other));
        Assert.Contains($"Default: AWSSDK.Core {version}", lines);
        Assert.Contains($"DynamoBackup.Engine: AWSSDK.Core {OurOwn}", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("Default: DynamoBackup.Core", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Importing_loads_no_part_of_the_engine()
    {
        var outcome = await new HostProcess(Folder.Path).RunAsync("$null = Get-Command -Module DynamoBackup\n" + ListAssemblies);
        Assert.DoesNotContain(outcome.Succeeded(), line => line.Contains("AWSSDK", StringComparison.Ordinal) || line.Contains("DynamoBackup.Core", StringComparison.Ordinal));
        Assert.Contains(outcome.Lines, line => line.StartsWith("Default: DynamoBackup.PowerShell ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_module_can_be_removed_and_imported_again()
    {
        var table = await CreateTableAsync();
        var outcome = await new HostProcess(Folder.Path) { ImportsModule = false }.RunAsync(
            """
            $ErrorActionPreference = 'Stop'
            foreach ($turn in 1..3) {
                Import-Module $manifest
                "made $((Backup-DynamoTable $table $store @aws).ItemCount)"
                "valid $((Get-DynamoBackup $table $store -Latest | Test-DynamoBackup -Level Live @aws).IsValid)"
                Remove-Module DynamoBackup
                "commands $(@(Get-Command -Name *-Dynamo* -ErrorAction Ignore).Count)"
            }
            Import-Module $manifest -Force
            Import-Module $manifest -Force
            "listed $(@(Get-DynamoBackup -Source $store).Count)"
            """,
            Variables(table, "unused"));
        string[] turn = ["made 3", "valid True", "commands 0"];
        Assert.Equal([.. turn, .. turn, .. turn, "listed 3"], outcome.Succeeded());
    }

    [Fact]
    public async Task Two_runspaces_import_the_module_side_by_side()
    {
        var table = await CreateTableAsync(items: 50);
        var outcome = await new HostProcess(Folder.Path) { ImportsModule = false }.RunAsync(
            """
            $ErrorActionPreference = 'Stop'
            $work = {
                param($manifest, $table, $store, $aws)
                Import-Module $manifest -ErrorAction Stop
                Backup-DynamoTable $table $store @aws -ErrorAction Stop | Test-DynamoBackup -Level Live @aws -ErrorAction Stop
            }
            $shells = foreach ($number in 1, 2) {
                $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
                $null = $shell.AddScript($work.ToString()).AddArgument($manifest).AddArgument($table).AddArgument("$store$number").AddArgument($aws)
                @{ Shell = $shell; Result = $shell.BeginInvoke() }
            }
            $proofs = foreach ($shell in $shells) { $shell.Shell.EndInvoke($shell.Result) }
            foreach ($proof in $proofs) { "valid $($proof.IsValid)" }
            "one digest $($proofs[0].ContentDigest -eq $proofs[1].ContentDigest)"
            "one type $([object]::ReferenceEquals($proofs[0].psobject.BaseObject.GetType(), $proofs[1].psobject.BaseObject.GetType()))"

            # What one runspace made, another takes from the pipeline.
            Import-Module $manifest
            "passed on $((Get-DynamoBackup -Source "${store}1" | Test-DynamoBackup).IsValid)"
            """,
            Variables(table, "unused"));
        Assert.Equal(["valid True", "valid True", "one digest True", "one type True", "passed on True"], outcome.Succeeded());
    }

    [Fact]
    public void What_scripts_see_lives_in_the_default_context()
    {
        Assert.Equal("Default", Shell.Run("[System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext([DynamoBackup.BackupInfo].Assembly).Name").Single().BaseObject);
        Assert.Equal("Default", Shell.Run("[System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext((Get-Command Get-DynamoBackup).ImplementingType.Assembly).Name").Single().BaseObject);
    }

    private async Task<IReadOnlyList<string>> RoundTripAsync(HostProcess host)
    {
        var (table, target) = (await CreateTableAsync(items: 50), Dynalite.UniqueName("copy"));
        var outcome = await host.RunAsync(RoundTrip + ListAssemblies, Variables(table, target));
        Assert.Equal(["valid True", "verified True"], outcome.Succeeded().Take(2));
        Assert.Equal(await Dynalite.ReadAsync(table), await Dynalite.ReadAsync(target));
        return outcome.Lines;
    }

    private (string Name, object Value)[] Variables(string table, string target) =>
        [("aws", ModuleShell.ConnectionTo(Dynalite.Endpoint)), ("table", table), ("target", target), ("store", Store.Path)];
}

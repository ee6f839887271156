using System.Diagnostics;
using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Surface;

public sealed class ManifestTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private static readonly string[] Cmdlets = ["Backup-DynamoTable", "Compare-DynamoBackup", "Get-DynamoBackup", "Get-DynamoBackupItem", "Merge-DynamoBackup", "Remove-DynamoBackup", "Restore-DynamoTable", "Test-DynamoBackup"];

    [Fact]
    public void The_manifest_is_valid_and_says_what_the_gallery_asks_for()
    {
        Shell.Set("manifest", BuiltModule.Manifest);
        var module = (PSModuleInfo)Shell.Run("Test-ModuleManifest $manifest").Single().BaseObject;
        Assert.Equal("DynamoBackup", module.Name);
        Assert.Equal(new Version(7, 4), module.PowerShellVersion);
        Assert.Equal(["Core"], module.CompatiblePSEditions);
        Assert.NotEqual(Guid.Empty, module.Guid);
        Assert.NotEmpty(module.Author);
        Assert.NotEmpty(module.Description);
        Assert.NotEmpty(module.Tags);
        Assert.NotNull(module.LicenseUri);
        Assert.Equal(Cmdlets, module.ExportedCmdlets.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_cmdlets_are_exported_and_nothing_else()
    {
        var module = (PSModuleInfo)Shell.Run("Get-Module DynamoBackup").Single().BaseObject;
        Assert.Equal(Cmdlets, module.ExportedCommands.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Cmdlets, module.ExportedCmdlets.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(module.ExportedFunctions);
        Assert.Empty(module.ExportedAliases);
        Assert.Empty(module.ExportedVariables);
    }

    [Fact]
    public void The_import_warns_of_nothing()
    {
        Shell.Set("manifest", BuiltModule.Manifest);
        var run = Shell.Run("Import-Module $manifest -Force");
        Assert.Empty(run.Succeeded());
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public void The_assembly_has_the_manifests_version()
    {
        var module = (PSModuleInfo)Shell.Run("Get-Module DynamoBackup").Single().BaseObject;
        foreach (var name in new[] { "DynamoBackup.PowerShell.dll", "DynamoBackup.Contracts.dll", "engine/DynamoBackup.Core.dll" })
            Assert.StartsWith(module.Version.ToString(), FileVersionInfo.GetVersionInfo(Path.Combine(BuiltModule.Root, "module", "bin", name)).FileVersion, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_context_gets_the_cmdlets_and_the_contracts_only() =>
        Assert.Equal(["DynamoBackup.Contracts.dll", "DynamoBackup.PowerShell.dll"], Libraries("module/bin"));

    [Fact]
    public void The_engines_folder_holds_nothing_that_would_exist_twice()
    {
        var engine = Libraries("module/bin/engine");
        Assert.Contains("DynamoBackup.Core.dll", engine);
        Assert.DoesNotContain("DynamoBackup.Contracts.dll", engine);
        Assert.DoesNotContain("DynamoBackup.PowerShell.dll", engine);
        Assert.DoesNotContain("System.Management.Automation.dll", engine);
        Assert.DoesNotContain("PowerShellStandard.Library.dll", engine);
    }

    [Fact]
    public void The_engines_folder_holds_what_the_SDK_loads_by_name()
    {
        var engine = Libraries("module/bin/engine");
        foreach (var name in new[] { "AWSSDK.Core.dll", "AWSSDK.DynamoDBv2.dll", "AWSSDK.SecurityToken.dll", "AWSSDK.SSO.dll", "AWSSDK.SSOOIDC.dll" })
            Assert.Contains(name, engine);
    }

    private static IEnumerable<string> Libraries(string folder) =>
        Directory.EnumerateFiles(Path.Combine(BuiltModule.Root, folder), "*.dll").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
}

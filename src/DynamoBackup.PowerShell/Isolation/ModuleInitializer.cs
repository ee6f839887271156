using System.Management.Automation;

namespace DynamoBackup.PowerShell.Isolation;

/// <summary>Runs when PowerShell imports the module, before any cmdlet does.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport() => EngineLoadContext.Register();
}

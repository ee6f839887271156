using System.Reflection;
using System.Runtime.Loader;

namespace DynamoBackup.PowerShell.Isolation;

/// <summary>
/// The load context of the engine and of everything it needs, so that another module's AWSSDK.Core in the default context neither
/// is used by the engine nor is replaced by the engine's.
/// </summary>
internal sealed class EngineLoadContext : AssemblyLoadContext
{
    private const string EngineAssembly = "DynamoBackup.Core";
    private static readonly Lazy<EngineLoadContext> Instance = new(() => new EngineLoadContext());
    private static int _registered;
    private readonly string _folder;

    private EngineLoadContext()
        : base("DynamoBackup.Engine")
    {
        _folder = Path.Combine(Path.GetDirectoryName(typeof(EngineLoadContext).Assembly.Location)!, "engine");
    }

    /// <summary>
    /// Makes the engine loadable. Contexts belong to the process and imports to a runspace, so this happens once and is never undone.
    /// </summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref _registered, 1) == 0)
            Default.Resolving += (_, name) => name.Name == EngineAssembly ? Instance.Value.LoadFromAssemblyName(name) : null;
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var file = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }
}

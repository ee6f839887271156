using System.Management.Automation;
using System.Runtime.Loader;
using DynamoBackup.PowerShellHost;

if (HostOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(HostOptions.Usage);
    return 2;
}

Load(options.PreloadAssemblies);
using var shell = new HostedPowerShell(Console.Out);
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    shell.Stop();
};
var succeeded = Import() && (options.Measure ? ScriptCost.Measure(RunScript, Console.Error) : RunScript());
if (options.Memory) Console.Error.WriteLine($"PeakWorkingSetMiB: {PeakMemory.MiB()}");
return shell.ExitCode ?? (succeeded ? 0 : 1);

bool Import()
{
    if (options.Module is null) return true;
    try
    {
        shell.ImportModule(options.Module);
        return true;
    }
    catch (RuntimeException e)
    {
        Console.Error.WriteLine($"The module '{options.Module}' could not be imported: {e.Message}");
        return false;
    }
}

bool RunScript()
{
    Load(options.PostloadAssemblies);
    return shell.Run(options.Script!);
}

static void Load(IEnumerable<string> paths)
{
    foreach (var path in paths) AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
}

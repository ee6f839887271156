namespace DynamoBackup.PowerShellHost;

/// <summary>The command line.</summary>
internal sealed record HostOptions
{
    public const string Usage =
        """
        Usage: DynamoBackup.PowerShellHost [-Module <path.psd1>] (-Command <text> | -File <path>) [-PreloadAssembly <path>]...
                                           [-PostloadAssembly <path>]... [-Memory] [-Measure]
          -Module            imported by its path before the script runs
          -Command, -File    the script; the exit code is 0 if it went without errors, 1 if not, or that of its exit statement
          -PreloadAssembly   loaded into the default context before the module is imported
          -PostloadAssembly  loaded into the default context after the import, before the script runs
          -Memory            prints 'PeakWorkingSetMiB: n' to the error stream at the end
          -Measure           prints what the script cost to the error stream, as 'Measured: ' and JSON
        """;

    public string? Module { get; private set; }

    public string? Script { get; private set; }

    public List<string> PreloadAssemblies { get; } = [];

    public List<string> PostloadAssemblies { get; } = [];

    public bool Memory { get; private set; }

    public bool Measure { get; private set; }

    /// <summary>The options, or null if the arguments make no sense.</summary>
    public static HostOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var options = new HostOptions();
        while (arguments.Length > 0)
        {
            var name = arguments[0].ToUpperInvariant();
            if (options.Switch(name))
            {
                arguments = arguments[1..];
                continue;
            }

            if (arguments.Length < 2 || !options.Set(name, arguments[1])) return null;
            arguments = arguments[2..];
        }

        return options.Script is null ? null : options;
    }

    private bool Switch(string name)
    {
        Memory |= name == "-MEMORY";
        Measure |= name == "-MEASURE";
        return name is "-MEMORY" or "-MEASURE";
    }

    private bool Set(string name, string value)
    {
        switch (name)
        {
            case "-MODULE":
                Module = value;
                return true;
            case "-COMMAND" when Script is null:
                Script = value;
                return true;
            case "-FILE" when Script is null:
                // Dot-sourced by path, so that $PSScriptRoot and positions in errors are right.
                Script = $". '{Path.GetFullPath(value).Replace("'", "''", StringComparison.Ordinal)}'";
                return true;
            case "-PRELOADASSEMBLY":
                PreloadAssemblies.Add(value);
                return true;
            case "-POSTLOADASSEMBLY":
                PostloadAssemblies.Add(value);
                return true;
            default:
                return false;
        }
    }
}

using System.Globalization;

namespace DynamoBackup.Testing;

/// <summary>Node.js and npm as found on PATH.</summary>
internal static class NodeRuntime
{
    private const int OldestMajor = 20;
    private const string WhatToDo = "Install Node.js 20+ (https://nodejs.org, npm comes with it) and make sure that it is on PATH.";

    private static readonly Lazy<Task<string>> CheckedNode = new(FindNodeAsync);

    /// <summary>The path of node, checked once a process to be recent enough.</summary>
    public static Task<string> NodeAsync(CancellationToken cancellationToken) => CheckedNode.Value.WaitAsync(cancellationToken);

    /// <summary>The path of npm.</summary>
    public static string Npm() =>
        (OperatingSystem.IsWindows() ? ChildProcess.Find("npm.cmd") : ChildProcess.Find("npm"))
        ?? throw new ServerStartException($"npm was not found. {WhatToDo}");

    /// <summary>What to throw when npm failed.</summary>
    public static ServerStartException NpmFailed(string command, int exitCode, string output) => new(
        $"'{command}' failed with exit code {exitCode}. Check that npm reaches its registry (npm config get registry; a proxy?)"
        + $" and try again. npm said:{Environment.NewLine}{output}");

    private static async Task<string> FindNodeAsync()
    {
        var node = (OperatingSystem.IsWindows() ? ChildProcess.Find("node.exe") : ChildProcess.Find("node", "nodejs"))
            ?? throw new ServerStartException($"Node.js was not found. {WhatToDo}");
        var (_, version) = await ChildProcess.RunAsync(
            node, ["--version"], Environment.CurrentDirectory, TimeSpan.FromSeconds(30), CancellationToken.None);
        var major = version.TrimStart('v').Split('.')[0];
        if (!int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < OldestMajor)
            throw new ServerStartException($"'{node}' is version '{version}', which is too old. {WhatToDo}");
        return node;
    }
}

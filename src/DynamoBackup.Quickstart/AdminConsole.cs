using System.Management.Automation;
using DynamoBackup.PowerShellHost;

namespace DynamoBackup.Quickstart;

/// <summary>Shows lines as an admin would type them, runs them, and hands out the objects that they returned.</summary>
internal sealed class AdminConsole(HostedPowerShell shell, CancellationToken cancellationToken)
{
    /// <summary>A remark between the lines. A view ends with an empty line of its own, so none is put before.</summary>
    public static void Say(string remark)
    {
        foreach (var line in remark.ReplaceLineEndings("\n").Split('\n')) Console.WriteLine($"# {line}");
    }

    /// <summary>Runs a line that returns nothing, or nothing of interest.</summary>
    public IReadOnlyList<PSObject> Type(string line)
    {
        Console.WriteLine($"PS> {line}");
        var succeeded = shell.Run(line, out var shown);
        cancellationToken.ThrowIfCancellationRequested();
        return succeeded ? shown : throw new UnexpectedOutcomeException($"This line should have gone without an error: {line}");
    }

    /// <summary>Runs a line that returns one object.</summary>
    public Outcome TypeForOne(string line) => TypeFor(1, line)[0];

    /// <summary>Runs a line that returns a number of objects.</summary>
    public IReadOnlyList<Outcome> TypeFor(int count, string line)
    {
        var shown = Type(line);
        return shown.Count == count
            ? [.. shown.Select(value => new Outcome(line, value))]
            : throw new UnexpectedOutcomeException($"This line should have returned {count} object(s), not {shown.Count}: {line}");
    }
}

using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>What this machine and this module have, found out once before the first row.</summary>
/// <param name="Python">A Python that has boto3; null where there is none.</param>
/// <param name="Boto3">boto3's version.</param>
/// <param name="Dynamodump">Why dynamodump can't be run; null where it can.</param>
/// <param name="NoDigest">Why the module can't leave out the content digest; null where it can.</param>
internal sealed record Tools(string? Python, string? Boto3, string? Dynamodump, string? NoDigest)
{
    public string? PythonMissing => Python is null ? "no python3 with boto3 was found (Debian: apt-get install python3-boto3)" : null;

    public static async Task<Tools> FindAsync(BenchPlace place, CancellationToken cancellationToken)
    {
        var (python, boto3) = await FindPythonAsync(place, cancellationToken);
        var dynamodump = python is null || await AskAsync(python, "import dynamodump", place, cancellationToken) is null
            ? "the Python package dynamodump is not installed (pip install dynamodump)"
            : null;
        var probe = await Child.RunAsync(
            Self.StartScript("(Get-Command Backup-DynamoTable).Parameters.ContainsKey('NoContentDigest')", importsModule: true), place.Folder, cancellationToken);
        if (probe.ExitCode != 0)
            throw new BenchException($"The module could not be loaded. {Child.Tail(probe.Output + probe.Errors)}");
        return new Tools(python, boto3, dynamodump, probe.Output.Contains("True", StringComparison.Ordinal) ? null : "Backup-DynamoTable has no -NoContentDigest");
    }

    public Func<RowPlace, ChildStart> Script(string file, string source) => place => new ChildStart(
        Python!, [Path.Combine(AppContext.BaseDirectory, "Python", file), place.Endpoint, source == "backup" ? place.Backup : place.Folder, place.Table]);

    private static async Task<(string? Python, string? Boto3)> FindPythonAsync(BenchPlace place, CancellationToken cancellationToken)
    {
        foreach (var candidate in new[] { "python3", "/usr/bin/python3", "python" })
        {
            // Its own path, for what is on PATH may be a script that starts it.
            if (await AskAsync(candidate, "import sys, boto3; print(sys.executable, boto3.__version__, sep='\\n')", place, cancellationToken) is { } answer
                && answer.Split('\n', StringSplitOptions.TrimEntries) is [var path, var version, ..])
                return (path, version);
        }

        return (null, null);
    }

    private static async Task<string?> AskAsync(string python, string code, BenchPlace place, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await Child.RunAsync(new ChildStart(python, ["-c", code]), place.Folder, cancellationToken);
            return outcome.ExitCode == 0 ? outcome.Output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return null;
        }
    }
}

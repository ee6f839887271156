using System.Management.Automation;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>Everything that a script said, stream by stream.</summary>
public sealed record RunResult
{
    public required IReadOnlyList<PSObject> Output { get; init; }

    /// <summary>The errors that did not end the script.</summary>
    public required IReadOnlyList<ErrorRecord> Errors { get; init; }

    /// <summary>The error that ended the script.</summary>
    public required ErrorRecord? Failure { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Verbose { get; init; }

    public required IReadOnlyList<string> Debug { get; init; }

    public required IReadOnlyList<string> Information { get; init; }

    /// <summary>Whether it was stopped from outside.</summary>
    public bool Stopped { get; init; }

    /// <summary>Whether a warning is the one that each backup of dynalite has: it does not know the calls that read some settings.</summary>
    public static bool IsOfDynalite(string warning) =>
        warning.Contains("holds all items, but not these settings: PointInTimeRecovery, KinesisDestination, ContributorInsights, ResourcePolicy (the endpoint does not know the call).", StringComparison.Ordinal);

    /// <summary>The output of a script that had no error.</summary>
    public IReadOnlyList<PSObject> Succeeded()
    {
        Assert.Null(Failure?.ToString());
        Assert.Empty(Errors.Select(error => error.ToString()));
        Assert.False(Stopped);
        return Output;
    }

    /// <summary>The one object that a script without error returned.</summary>
    public PSObject Single() => Assert.Single(Succeeded());

    /// <summary>The one error of a script that went on after it.</summary>
    public ErrorRecord SingleError()
    {
        Assert.Null(Failure?.ToString());
        return Assert.Single(Errors);
    }

    /// <summary>The error that ended a script before anything came of it.</summary>
    public ErrorRecord EndedBy()
    {
        Assert.Empty(Errors.Select(error => error.ToString()));
        Assert.Empty(Output);
        Assert.NotNull(Failure);
        return Failure;
    }

    /// <summary>All that was said anywhere, as one text.</summary>
    public string Everything() => string.Join('\n', [
        .. Output.Select(Spell), .. Errors.Select(Spell), .. Failure is null ? [] : new[] { Spell(Failure) }, .. Warnings, .. Verbose, .. Debug, .. Information]);

    private static string Spell(PSObject value) => string.Join('\n', value.Properties.Select(property => $"{property.Name}: {property.Value}").Prepend(value.ToString()));

    private static string Spell(ErrorRecord error) =>
        $"{error}\n{error.FullyQualifiedErrorId}\n{error.CategoryInfo}\n{error.TargetObject}\n{error.Exception}\n{error.ErrorDetails}\n{error.ScriptStackTrace}";
}

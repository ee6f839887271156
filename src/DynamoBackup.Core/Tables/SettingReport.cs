namespace DynamoBackup.Tables;

/// <summary>Collects what could not be put back: a finding and a warning for each, once.</summary>
internal sealed class SettingReport(string table, IRunOutput output)
{
    private readonly List<Finding> _findings = [];
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _reasons = new(StringComparer.Ordinal);

    /// <summary>All findings so far.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Keeps why a section may not come out as it should. Whether it did, the table tells: a change whose answer was lost is refused as it is tried again.</summary>
    public void Suspect(string section, string reason)
    {
        _reasons[section] = _reasons.TryGetValue(section, out var earlier) ? $"{earlier} {reason}" : reason;
        output.Verbose($"'{table}' may go without {section}: {reason}");
    }

    /// <summary>Whether a section is suspected.</summary>
    public bool IsSuspect(string section) => _reasons.ContainsKey(section);

    /// <summary>Whether a section has a finding.</summary>
    public bool IsTold(string section) => _told.Contains(section);

    /// <summary>Adds a finding that something was not put back, and warns of it.</summary>
    /// <param name="section">The section of the blueprint.</param>
    /// <param name="what">The setting or the part of it, as words.</param>
    /// <param name="why">The reason, beside the one that is kept.</param>
    /// <param name="severity">How much it matters.</param>
    public void NotRestored(string section, string what, string why, FindingSeverity severity = FindingSeverity.Warning)
    {
        _told.Add(section);
        var reason = _reasons.Remove(section, out var known) ? $"{why.TrimEnd('.')}. {known}" : why;
        _findings.Add(new Finding(severity, FindingKind.SettingNotRestored, table, $"{what} could not be put back: {reason}", $"Set {what} by hand; all items are there."));
        output.Warning($"{what} of '{table}' could not be put back: {reason}");
    }

    /// <summary>Adds what is only worth knowing.</summary>
    public void Note(Finding finding) => _findings.Add(finding);
}

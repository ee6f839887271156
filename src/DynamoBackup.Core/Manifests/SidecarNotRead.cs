namespace DynamoBackup.Manifests;

/// <summary>A setting of the table that could not be read when the backup was made.</summary>
internal sealed record SidecarNotRead
{
    /// <summary>The identity in use may not read it.</summary>
    public const string Denied = "denied";

    /// <summary>The endpoint does not know the call, so there is most likely no such setting.</summary>
    public const string UnknownCall = "unknownCall";

    /// <summary>Another service keeps it.</summary>
    public const string OtherService = "otherService";

    /// <summary>The call failed otherwise.</summary>
    public const string Failed = "failed";

    /// <summary>The setting, by its name in <see cref="TableSetting"/>.</summary>
    public string? Setting { get; init; }

    /// <summary>Why, as one of the words above.</summary>
    public string? Cause { get; init; }

    /// <summary>Why, in full.</summary>
    public string? Reason { get; init; }

    /// <summary>The IAM action that reads it.</summary>
    public string? Action { get; init; }

    /// <summary>True where the table may well have the setting, so that something may be missing from a restored table.</summary>
    public bool MayMatter => Cause is not UnknownCall;

    /// <summary>What a user sees of it.</summary>
    /// <param name="table">The table's name.</param>
    public Finding ToFinding(string table) => new(
        Cause is UnknownCall or OtherService ? FindingSeverity.Information : FindingSeverity.Warning,
        FindingKind.SettingNotRead,
        table,
        $"The backup does not hold the setting {Setting} ({Action}): {Reason}",
        Cause switch
        {
            UnknownCall => "Nothing to do where the endpoint has no such setting.",
            OtherService => "Note the setting down, and set it by hand after a restore.",
            Denied => $"Grant {Action} to the identity in use, then run the backup again; or set {Setting} by hand after a restore.",
            _ => $"Run the backup again; or set {Setting} by hand after a restore.",
        });

    /// <summary>One line for all settings of a table.</summary>
    public static string Summarize(IEnumerable<SidecarNotRead> settings) => string.Join("; ", settings
        .GroupBy(setting => Why(setting), StringComparer.Ordinal)
        .Select(cause => $"{string.Join(", ", cause.Select(setting => setting.Setting).Distinct())} ({cause.Key})"));

    private static string Why(SidecarNotRead setting) => setting.Cause switch
    {
        Denied => $"permission denied: {setting.Action}",
        UnknownCall => "the endpoint does not know the call",
        OtherService => "another service keeps it",
        _ => "reading it failed",
    };
}

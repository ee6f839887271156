namespace DynamoBackup.Stores;

/// <summary>Rules for names in a store, the same for every kind of store and on every platform.</summary>
public static class StoreKey
{
    private const int MaxLength = 1024;

    /// <summary>Joins segments or names.</summary>
    /// <param name="parts">The parts; empty ones are left out.</param>
    public static string Join(params ReadOnlySpan<string> parts)
    {
        var kept = new List<string>(parts.Length);
        foreach (var part in parts)
        {
            if (part.Length > 0)
                kept.Add(part);
        }

        return string.Join('/', kept);
    }

    /// <summary>Returns the name where it is safe.</summary>
    /// <param name="key">The name.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.UnsafePath"/>.</exception>
    public static string Validate(string key) => IsSafe(key)
        ? key
        : throw new DynamoBackupException(
            BackupErrorCode.UnsafePath,
            $"The name '{Printable(key)}' points outside the backup or is not a plain relative name. The manifest that holds it is damaged or hostile: do not use this backup before it has been looked into.",
            Printable(key));

    /// <summary>Tells whether a name stays inside the store: relative, no segment that is empty or begins with a dot (which stands for other folders, and for what is hidden), no backslash, colon or control character.</summary>
    /// <param name="key">The name.</param>
    public static bool IsSafe(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length is > 0 and <= MaxLength && key.Split('/').All(IsSafeSegment);
    }

    private static bool IsSafeSegment(string segment) =>
        segment.Length > 0 && segment[0] != '.' && !segment.Any(character => character is '\\' or ':' || char.IsControl(character));

    private static string Printable(string key) =>
        string.Concat(key.Take(200).Select(character => char.IsControl(character) ? '?' : character));
}

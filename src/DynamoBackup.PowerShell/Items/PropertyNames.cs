namespace DynamoBackup.PowerShell.Items;

/// <summary>What names an object of PowerShell cannot hold: it does not tell upper from lower case, and keeps some for itself.</summary>
internal static class PropertyNames
{
    /// <summary>Names by which PowerShell reaches an object's parts; a property of that name could be listed, and not be read.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "psobject", "psbase", "psadapted", "psextended", "pstypenames" };

    /// <summary>Whether an object can have a property for each of the names.</summary>
    public static bool CanHold(IReadOnlyList<KeyValuePair<string, object?>> entries)
    {
        var names = new HashSet<string>(entries.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, _) in entries)
        {
            if (name.Length == 0 || Reserved.Contains(name) || !names.Add(name))
                return false;
        }

        return true;
    }
}

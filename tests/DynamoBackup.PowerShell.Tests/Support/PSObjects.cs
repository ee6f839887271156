using System.Management.Automation;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>Reads results as a script does: by the names of their properties. The module's types are not referenced here.</summary>
internal static class PSObjects
{
    /// <summary>A property's value, converted as PowerShell would.</summary>
    public static T Get<T>(this PSObject value, string property) =>
        LanguagePrimitives.ConvertTo<T>((value.Properties[property] ?? throw new ArgumentException($"{value.TypeNames[0]} has no property '{property}'.")).Value);

    public static string Text(this PSObject value, string property) => value.Get<string>(property);

    public static long Number(this PSObject value, string property) => value.Get<long>(property);

    public static bool Is(this PSObject value, string property) => value.Get<bool>(property);

    /// <summary>The findings of a backup, a verification or a restore.</summary>
    public static IReadOnlyList<PSObject> Findings(this PSObject value) => value.Get<PSObject[]>("Findings");
}

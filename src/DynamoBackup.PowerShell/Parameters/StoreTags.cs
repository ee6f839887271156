using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Reads tags as an admin writes them: @{ team = 'data'; cost = 4711 }.</summary>
internal static class StoreTags
{
    /// <summary>The tags as text, whatever the culture.</summary>
    /// <param name="tags">What was given; null where nothing was.</param>
    public static IReadOnlyDictionary<string, string> From(IDictionary? tags)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry tag in tags ?? new Hashtable())
        {
            if (!read.TryAdd(Text(tag.Key), Text(tag.Value)))
                throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"-StoreTag has the key '{Text(tag.Key)}' twice. Give each one once.", Text(tag.Key));
        }

        return read;
    }

    private static string Text(object? value) => LanguagePrimitives.ConvertTo(value, typeof(string), CultureInfo.InvariantCulture) as string ?? "";
}

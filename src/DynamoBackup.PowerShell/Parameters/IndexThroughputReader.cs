using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Reads capacities of indexes as an admin types them: <c>@{ byDate = '10,5'; byState = @{ Read = 10; Write = 5 } }</c>.</summary>
internal static class IndexThroughputReader
{
    /// <summary>Reads them; none where nothing was given.</summary>
    /// <exception cref="DynamoBackupException">A value is not a capacity.</exception>
    public static IReadOnlyDictionary<string, TableThroughput> Read(Hashtable? typed)
    {
        var read = new Dictionary<string, TableThroughput>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in typed ?? [])
        {
            var index = Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!;
            read[index] = Parse(Unwrap(entry.Value)) ?? throw new DynamoBackupException(
                BackupErrorCode.InvalidArgument,
                $"-IndexThroughput gives '{index}' no capacity that can be used. Write @{{ '{index}' = '10,5' }} or @{{ '{index}' = @{{ Read = 10; Write = 5 }} }}, with whole numbers from 1 on.",
                index);
        }

        return read;
    }

    private static TableThroughput? Parse(object? value) => value switch
    {
        IDictionary { Count: 2 } pair when pair["Read"] is { } reads && pair["Write"] is { } writes => Of(Number(reads), Number(writes)),
        string text when text.Split(',') is [var reads, var writes] => Of(Number(reads), Number(writes)),
        object[] and [var reads, var writes] => Of(Number(reads), Number(writes)),
        _ => null,
    };

    private static TableThroughput? Of(long? reads, long? writes) => reads > 0 && writes > 0 ? new TableThroughput(reads.Value, writes.Value) : null;

    private static long? Number(object? value) =>
        long.TryParse(Convert.ToString(Unwrap(value), CultureInfo.InvariantCulture), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}

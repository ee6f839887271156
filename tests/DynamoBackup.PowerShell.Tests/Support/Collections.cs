using System.Collections.ObjectModel;

namespace DynamoBackup.PowerShell.Tests.Support;

internal static class Collections
{
    public static void AddAll<T>(this Collection<T> collection, params ReadOnlySpan<T> values)
    {
        foreach (var value in values) collection.Add(value);
    }
}

using System.Text;

namespace DynamoBackup.Bench.Replay;

/// <summary>What stands around a page's items, in the order and spelling of DynamoDB.</summary>
internal static class PageText
{
    /// <summary>Before the items.</summary>
    public static byte[] Head(int count) => Encoding.ASCII.GetBytes($"{{\"Count\":{count},\"Items\":[");

    /// <summary>Behind the items where no other page comes.</summary>
    public static byte[] End(int count) => Encoding.ASCII.GetBytes($"],\"ScannedCount\":{count}}}");

    /// <summary>Behind the items where another page comes.</summary>
    /// <param name="count">Items of the page.</param>
    /// <param name="last">The last item's place.</param>
    public static byte[] More(int count, long last) => Encoding.ASCII.GetBytes($"],{KeyOf(last)},\"ScannedCount\":{count}}}");

    /// <summary>A page that only counts.</summary>
    public static byte[] CountOnly(int count, long? last) =>
        Encoding.ASCII.GetBytes($"{{\"Count\":{count}{(last is { } place ? "," + KeyOf(place) : "")},\"ScannedCount\":{count}}}");

    private static string KeyOf(long place)
    {
        Span<byte> digits = stackalloc byte[ReplayKey.Digits];
        ReplayKey.WriteDigits(digits, place);
        return $"\"LastEvaluatedKey\":{{\"{ReplayKey.Name}\":{{\"S\":\"{Encoding.ASCII.GetString(ReplayKey.Prefix)}{Encoding.ASCII.GetString(digits)}\"}}}}";
    }
}

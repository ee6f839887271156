using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Testing;

/// <summary>Cuts items into batches that BatchWriteItem takes: 25 items at most, and less than 16 MB as JSON.</summary>
internal static class WriteBatches
{
    private const int MostItems = 25;
    private const int MostBytes = 12 << 20;

    public static IEnumerable<IReadOnlyList<Dictionary<string, AttributeValue>>> Of(IEnumerable<Dictionary<string, AttributeValue>> items)
    {
        var batch = new List<Dictionary<string, AttributeValue>>(MostItems);
        var bytes = 0L;
        foreach (var item in items)
        {
            var size = LargestJson(item);
            if (batch.Count == MostItems || (batch.Count > 0 && bytes + size > MostBytes))
            {
                yield return batch;
                batch = new(MostItems);
                bytes = 0;
            }

            batch.Add(item);
            bytes += size;
        }

        if (batch.Count > 0) yield return batch;
    }

    /// <summary>An upper bound of an item's size as JSON: any character may become a six-byte escape.</summary>
    private static long LargestJson(Dictionary<string, AttributeValue> item)
    {
        var size = 2L;
        foreach (var (name, value) in item) size += LargestJson(name) + LargestJson(value);
        return size;
    }

    private static long LargestJson(AttributeValue value)
    {
        var size = 16L + LargestJson(value.S) + LargestJson(value.N) + LargestJson(value.B);
        if (value.M is not null) size += LargestJson(value.M);
        if (value.L is not null) size += value.L.Sum(LargestJson);
        if (value.SS is not null) size += value.SS.Sum(LargestJson);
        if (value.NS is not null) size += value.NS.Sum(LargestJson);
        if (value.BS is not null) size += value.BS.Sum(LargestJson);
        return size;
    }

    private static long LargestJson(string? text) => text is null ? 0 : (6L * text.Length) + 3;

    private static long LargestJson(MemoryStream? bytes) => bytes is null ? 0 : (bytes.Length * 4 / 3) + 7;
}

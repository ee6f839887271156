namespace DynamoBackup.Bench.Replay;

/// <summary>Sample items of each shape. Their attributes come in no order, as DynamoDB sends them.</summary>
internal static class SampleItems
{
    /// <summary>Longest item of any shape.</summary>
    public const int MaxBytes = 6 * 1024;

    /// <summary>Average bytes of an item, the comma behind it included; measured.</summary>
    public static int AverageBytes(ItemShape shape) => shape switch
    {
        ItemShape.Small => 362,
        ItemShape.Big => 1_522,
        _ => 1_006,
    };

    /// <summary>Writes the item at a place.</summary>
    public static void Write(ItemShape shape, ref ItemWriter writer, long place)
    {
        switch (shape)
        {
            case ItemShape.Small:
                WriteSmall(ref writer, place);
                break;
            case ItemShape.Big:
                WriteBig(ref writer, place);
                break;
            default:
                MixedItems.Write(ref writer, place);
                break;
        }
    }

    private static void WriteSmall(ref ItemWriter writer, long place)
    {
        var length = writer.Random.Between(337, 385);
        writer.Raw("{\"Email\":{\"S\":\""u8);
        writer.Email();
        writer.Raw("\"},\"Total\":{\"N\":\""u8);
        writer.Amount(2_000);
        writer.Raw("\"},"u8);
        writer.Key(place);
        writer.Raw(writer.Random.Next(3) == 0 ? ",\"Active\":{\"BOOL\":false},\"Address\":{\"M\":{\"City\":{\"S\":\""u8 : ",\"Active\":{\"BOOL\":true},\"Address\":{\"M\":{\"City\":{\"S\":\""u8);
        writer.Pick(SampleWords.Cities);
        writer.Raw("\"},\"Zip\":{\"S\":\""u8);
        writer.Padded(writer.Random.Next(100_000), 5);
        writer.Raw("\"}}},\"Created\":{\"S\":\""u8);
        writer.Time();
        writer.Raw("\"},\"Name\":{\"S\":\""u8);
        writer.Person();
        writer.Raw("\"},\"Logins\":{\"N\":\""u8);
        writer.Number(writer.Random.Next(500));
        writer.Raw("\"},\"Labels\":{\"L\":[{\"S\":\""u8);
        writer.Pick(SampleWords.Labels);
        writer.Raw("\"}]}"u8);
        writer.Finish(length);
    }

    private static void WriteBig(ref ItemWriter writer, long place)
    {
        var length = writer.Random.Between(1_421, 1_621);
        writer.Raw("{\"Status\":{\"S\":\""u8);
        writer.Pick(SampleWords.States);
        writer.Raw("\"},\"Signature\":{\"B\":\""u8);
        writer.Binary(66);
        writer.Raw("\"},\"Customer\":{\"M\":{\"Email\":{\"S\":\""u8);
        writer.Email();
        writer.Raw("\"},\"Name\":{\"S\":\""u8);
        writer.Person();
        writer.Raw("\"},\"Since\":{\"S\":\""u8);
        writer.Time();
        writer.Raw("\"},\"Referrer\":{\"NULL\":true}}},\"Labels\":{\"SS\":["u8);
        // Chosen one after another, so no two of a set are the same.
        var first = writer.Random.Next(SampleWords.Labels.Length - 3);
        for (var index = 0; index < 3; index++)
        {
            writer.Raw(index == 0 ? "\""u8 : ",\""u8);
            writer.Raw(SampleWords.Labels[first + index]);
            writer.Raw("\""u8);
        }

        writer.Raw("]},"u8);
        writer.Key(place);
        writer.Raw(",\"Lines\":{\"L\":["u8);
        for (var index = 0; index < 3; index++)
        {
            writer.Raw(index == 0 ? "{\"M\":{\"Sku\":{\"S\":\"SKU-"u8 : ",{\"M\":{\"Sku\":{\"S\":\"SKU-"u8);
            writer.Padded(writer.Random.Next(1_000_000), 7);
            writer.Raw("\"},\"Quantity\":{\"N\":\""u8);
            writer.Number(writer.Random.Between(1, 12));
            writer.Raw("\"},\"Price\":{\"N\":\""u8);
            writer.Amount(400);
            writer.Raw("\"}}}"u8);
        }

        writer.Raw("]},\"Scores\":{\"NS\":[\""u8);
        var score = writer.Random.Between(1, 90);
        writer.Number(score);
        writer.Raw("\",\""u8);
        writer.Number(score + 7);
        writer.Raw("\"]},\"Created\":{\"S\":\""u8);
        writer.Time();
        writer.Raw("\"},\"Paid\":{\"BOOL\":true},\"Total\":{\"N\":\""u8);
        writer.Amount(5_000);
        writer.Raw("\"},\"Description\":{\"S\":\""u8);
        writer.Prose(260);
        writer.Raw("\"}"u8);
        writer.Finish(length);
    }
}

using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace DynamoBackup.Testing;

/// <summary>
/// Orders as a shop might keep them, cheap to make by the hundred thousand: about 360 bytes each, a few as small as 100 bytes or as
/// large as 4 KB. The same count and seed give the same items, and an item depends on nothing but its seed and index.
/// </summary>
public static class MixedItems
{
    private static readonly DateTime FirstOrder = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly string[] States = ["OPEN", "PAID", "PACKED", "SHIPPED", "DELIVERED", "RETURNED", "CANCELLED"];
    private static readonly string[] Cities = ["Bergen", "Köln", "São Paulo", "Łódź", "Αθήνα", "Київ", "東京", "Montréal", "القاهرة", "Austin"];
    private static readonly string[] Tags = ["gift", "express", "fragile", "b2b", "first-order", "coupon", "abroad"];
    private static readonly string[] Names = ["Ada", "Grace", "José", "Zoë", "Søren", "Иван", "李明", "O'Neil"];
    private const string Note = "Please leave the parcel with the neighbour (no. 12, \"blue door\") if nobody answers; call first. ";

    /// <summary>The items number 0 to count - 1, made one at a time as they are asked for.</summary>
    public static IEnumerable<Dictionary<string, AttributeValue>> Create(int count, int seed = 1)
    {
        for (var index = 0; index < count; index++) yield return At(index, seed);
    }

    /// <summary>One item.</summary>
    public static Dictionary<string, AttributeValue> At(int index, int seed = 1)
    {
        var random = SampleRandom.For(seed, index);
        var item = new Dictionary<string, AttributeValue>
        {
            [TableShape.HashKey] = Attr.S(KeyAt(index, seed)),
            ["status"] = Attr.S(random.Pick<string>(States)),
            ["created"] = Attr.S(FirstOrder.AddSeconds((index * 97L) + random.Next(90)).ToString("s", CultureInfo.InvariantCulture) + "Z"),
            ["amount"] = Attr.N(Money(random.Next(200_000))),
        };
        switch (random.Next(100))
        {
            case < 8:
                break;
            case < 92:
                Complete(item, ref random, lines: 3 + random.Next(2));
                break;
            case < 98:
                Complete(item, ref random, lines: 4 + random.Next(12));
                break;
            default:
                Complete(item, ref random, lines: 3);
                item["label"] = Attr.B(random.Bytes(1500 + random.Next(1000)));
                item["note"] = Attr.S(string.Concat(Enumerable.Repeat(Note, 3 + random.Next(12))));
                break;
        }

        return item;
    }

    /// <summary>The key of one item.</summary>
    public static string KeyAt(int index, int seed = 1) => string.Create(CultureInfo.InvariantCulture, $"ORDER#{seed:x4}-{index:d8}");

    private static void Complete(Dictionary<string, AttributeValue> item, ref SampleRandom random, int lines)
    {
        item["version"] = Attr.N((1 + random.Next(9)).ToString(CultureInfo.InvariantCulture));
        item["paid"] = Attr.Bool(random.Next(3) > 0);
        item["token"] = Attr.B(random.Bytes(16));
        item["customer"] = Attr.M(
            ("id", Attr.S("C-" + random.Hex())),
            ("name", Attr.S($"{random.Pick<string>(Names)} {random.Pick<string>(Names)}")),
            ("city", Attr.S(random.Pick<string>(Cities))),
            ("phone", random.Next(4) == 0 ? Attr.Null() : Attr.S("+47 " + random.Next(100_000_000).ToString("d8", CultureInfo.InvariantCulture))));
        if (random.Next(2) == 0) item["tags"] = Attr.SS([random.Pick<string>(Tags.AsSpan(0, 3)), random.Pick<string>(Tags.AsSpan(3))]);
        var list = new List<AttributeValue>(lines);
        for (var line = 0; line < lines; line++)
        {
            list.Add(Attr.M(
                ("sku", Attr.S(random.Hex()[..12])),
                ("quantity", Attr.N((1 + random.Next(5)).ToString(CultureInfo.InvariantCulture))),
                ("price", Attr.N(Money(random.Next(20_000))))));
        }

        item["lines"] = Attr.L(list);
    }

    private static string Money(int cents) => string.Create(CultureInfo.InvariantCulture, $"{cents / 100}.{cents % 100:d2}");
}

namespace DynamoBackup.Bench.Replay;

/// <summary>Items of all sizes from 67 bytes to 4 KB, short ones the most, with all ten types, escapes and letters beyond ASCII.</summary>
internal static class MixedItems
{
    private const int Least = 67;
    private const int Most = 4_096;

    /// <summary>Longest attribute but the note that fills the rest.</summary>
    private const int LongestAttribute = 420;

    private const int Kinds = 12;

    /// <summary>Writes the item at a place.</summary>
    public static void Write(ref ItemWriter writer, long place)
    {
        var length = LengthOf(ref writer.Random);
        var first = writer.Random.Next(Kinds);
        var keyAt = writer.Random.Next(3);
        writer.Raw("{"u8);
        var written = 0;
        var keyWritten = false;
        for (var index = 0; index < Kinds; index++)
        {
            if (!keyWritten && (index == keyAt || length - writer.Length < LongestAttribute + 60))
            {
                writer.Raw(written++ == 0 ? ""u8 : ","u8);
                writer.Key(place);
                keyWritten = true;
            }

            if (length - writer.Length < LongestAttribute + 60)
                break;
            writer.Raw(written++ == 0 ? ""u8 : ","u8);
            WriteAttribute(ref writer, (first + index) % Kinds);
        }

        writer.Finish(length);
    }

    /// <summary>Half are below about 570 bytes.</summary>
    private static int LengthOf(ref XorShift random)
    {
        var part = random.Next(1 << 16) / 65_535.0;
        return Least + (int)(part * part * part * (Most - Least));
    }

    private static void WriteAttribute(ref ItemWriter writer, int kind)
    {
        switch (kind)
        {
            case 0:
                writer.Raw("\"Quote\":{\"S\":\"she said \\\"no\\\",\\nthen \\\\ left: "u8);
                writer.Prose(40);
                writer.Raw("\"}"u8);
                break;
            case 1:
                writer.Raw("\"Größe\":{\"N\":\"-"u8);
                writer.Amount(90_000);
                writer.Raw("\"}"u8);
                break;
            case 2:
                writer.Raw("\"Thumbnail\":{\"B\":\""u8);
                writer.Binary(writer.Random.Between(4, 90));
                writer.Raw("\"}"u8);
                break;
            case 3:
                writer.Raw(writer.Random.Next(2) == 0 ? "\"Open\":{\"BOOL\":true}"u8 : "\"Open\":{\"BOOL\":false}"u8);
                break;
            case 4:
                writer.Raw("\"Deleted\":{\"NULL\":true}"u8);
                break;
            case 5:
                writer.Raw("\"Owner\":{\"M\":{\"Name\":{\"S\":\"Zoë "u8);
                writer.Pick(SampleWords.LastNames);
                writer.Raw("\"},\"City\":{\"M\":{\"Name\":{\"S\":\""u8);
                writer.Pick(SampleWords.Cities);
                writer.Raw("\"},\"Empty\":{\"M\":{}}}}}}"u8);
                break;
            case 6:
                writer.Raw("\"Steps\":{\"L\":[{\"N\":\""u8);
                writer.Number(writer.Random.Next(100_000));
                writer.Raw("\"},{\"S\":\"東京\"},{\"L\":[]},{\"S\":\"\"},{\"BOOL\":true}]}"u8);
                break;
            case 7:
                writer.Raw("\"Colours\":{\"SS\":[\"amber\",\"grün\",\"\\\"quoted\\\"\"]}"u8);
                break;
            case 8:
                var number = writer.Random.Next(1_000_000);
                writer.Raw("\"Lottery\":{\"NS\":[\""u8);
                writer.Number(number);
                writer.Raw("\",\""u8);
                writer.Number(number + 1);
                writer.Raw(".5\"]}"u8);
                break;
            case 9:
                writer.Raw("\"Hashes\":{\"BS\":[\"AA"u8);
                writer.Binary(5);
                writer.Raw("AA\",\"AQ"u8);
                writer.Binary(5);
                writer.Raw("AA\"]}"u8);
                break;
            case 10:
                writer.Raw("\"Seen\":{\"S\":\""u8);
                writer.Time();
                writer.Raw("\"}"u8);
                break;
            default:
                writer.Raw("\"Big\":{\"N\":\"123456789012345678901234567890"u8);
                writer.Padded(writer.Random.Between(1, 99_999_999), 8);
                writer.Raw("\"}"u8);
                break;
        }
    }
}

using System.Text;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>Lines of incremental data files: what is refused first, then what is read of sound ones.</summary>
[Trait(PortableSlicingTests.Trait, PortableSlicingTests.Yes)]
public sealed class ChangeLineTests
{
    private const string Time = "\"WriteTimestampMicros\":{\"N\":\"1700000000123456\"}";
    private const string Keys = "\"Keys\":{\"Id\":{\"N\":\"1\"}}";

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("an empty object", "{}")]
    [InlineData("null", "null")]
    [InlineData("a list", "[]")]
    [InlineData("an item's line", """{"Item":{"Id":{"N":"1"}}}""")]
    [InlineData("no metadata", "{" + Keys + "}")]
    [InlineData("no keys", "{\"Metadata\":{" + Time + "}}")]
    [InlineData("no keys but images", "{\"Metadata\":{" + Time + "},\"NewImage\":{\"Id\":{\"N\":\"1\"}}}")]
    [InlineData("empty keys", "{\"Metadata\":{" + Time + "},\"Keys\":{ }}")]
    [InlineData("keys that are a list", "{\"Metadata\":{" + Time + "},\"Keys\":[]}")]
    [InlineData("metadata that is text", "{\"Metadata\":\"x\"," + Keys + "}")]
    [InlineData("no timestamp", "{\"Metadata\":{}," + Keys + "}")]
    [InlineData("an image that is null", "{\"Metadata\":{" + Time + "}," + Keys + ",\"NewImage\":null}")]
    [InlineData("an unknown member", "{\"Metadata\":{" + Time + "}," + Keys + ",\"Images\":{}}")]
    [InlineData("a member in lower case", "{\"Metadata\":{" + Time + "}," + Keys + ",\"newImage\":{}}")]
    [InlineData("a member spelled with escapes", "{\"Metadata\":{" + Time + "}," + Keys + ",\"\\u004eewImage\":{\"Id\":{\"N\":\"1\"}}}")]
    [InlineData("keys twice", "{\"Metadata\":{" + Time + "}," + Keys + "," + Keys + "}")]
    [InlineData("metadata twice", "{\"Metadata\":{" + Time + "},\"Metadata\":{" + Time + "}," + Keys + "}")]
    [InlineData("a new image twice", "{\"Metadata\":{" + Time + "}," + Keys + ",\"NewImage\":{\"Id\":{\"N\":\"1\"}},\"NewImage\":{\"Id\":{\"N\":\"1\"}}}")]
    [InlineData("an old image twice", "{\"Metadata\":{" + Time + "}," + Keys + ",\"OldImage\":{\"Id\":{\"N\":\"1\"}},\"OldImage\":{\"Id\":{\"N\":\"1\"}}}")]
    [InlineData("a timestamp twice", "{\"Metadata\":{" + Time + "," + Time + "}," + Keys + "}")]
    [InlineData("a timestamp's twin spelled with escapes", "{\"Metadata\":{" + Time + ",\"WriteTimestampMicro\\u0073\":{\"N\":\"1\"}}," + Keys + "}")]
    [InlineData("more behind the line", "{\"Metadata\":{" + Time + "}," + Keys + "} {}")]
    [InlineData("a null character behind it", "{\"Metadata\":{" + Time + "}," + Keys + "}\0")]
    [InlineData("a comma at the end", "{\"Metadata\":{" + Time + "}," + Keys + ",}")]
    [InlineData("a comma at the end of the metadata", "{\"Metadata\":{" + Time + ",}," + Keys + "}")]
    [InlineData("no comma", "{\"Metadata\":{" + Time + "}" + Keys + "}")]
    [InlineData("a sequence number without a shard", "{\"Metadata\":{" + Time + ",\"SequenceNumber\":{\"S\":\"1\"}}," + Keys + "}")]
    [InlineData("a shard without a sequence number", "{\"Metadata\":{" + Time + ",\"ShardId\":{\"S\":\"a\"}}," + Keys + "}")]
    [InlineData("a sequence number that is none", "{\"Metadata\":{" + Time + ",\"ShardId\":{\"S\":\"a\"},\"SequenceNumber\":{\"S\":\"-1\"}}," + Keys + "}")]
    [InlineData("an empty sequence number", "{\"Metadata\":{" + Time + ",\"ShardId\":{\"S\":\"a\"},\"SequenceNumber\":{\"S\":\"\"}}," + Keys + "}")]
    [InlineData("a sequence number that is a number", "{\"Metadata\":{" + Time + ",\"ShardId\":{\"S\":\"a\"},\"SequenceNumber\":{\"N\":\"1\"}}," + Keys + "}")]
    [InlineData("a sequence number that is too long", "{\"Metadata\":{" + Time + ",\"ShardId\":{\"S\":\"a\"},\"SequenceNumber\":{\"S\":\"12345678901234567890123456789012345678901\"}}," + Keys + "}")]
    [InlineData("a shard with an escape", "{\"Metadata\":{" + Time + ",\"ShardId\":{\"S\":\"a\\u0000\"},\"SequenceNumber\":{\"S\":\"1\"}}," + Keys + "}")]
    [InlineData("a mark of time to live that is text", "{\"Metadata\":{" + Time + ",\"TtlDelete\":{\"S\":\"true\"}}," + Keys + "}")]
    [InlineData("a put marked as time to live's deletion", "{\"Metadata\":{" + Time + ",\"TtlDelete\":{\"BOOL\":true}}," + Keys + ",\"NewImage\":{\"Id\":{\"N\":\"1\"}}}")]
    [InlineData("unknown metadata that is no attribute value", "{\"Metadata\":{" + Time + ",\"Other\":7}," + Keys + "}")]
    [InlineData("unknown metadata of an unknown type", "{\"Metadata\":{" + Time + ",\"Other\":{\"X\":7}}," + Keys + "}")]
    [InlineData("keys that are no attribute values", "{\"Metadata\":{" + Time + "},\"Keys\":{\"Id\":1}}")]
    [InlineData("an image with a name twice", "{\"Metadata\":{" + Time + "}," + Keys + ",\"NewImage\":{\"a\":{\"S\":\"x\"},\"\\u0061\":{\"S\":\"x\"}}}")]
    [InlineData("an image whose brackets do not match", "{\"Metadata\":{" + Time + "}," + Keys + ",\"NewImage\":{\"a\":{\"S\":\"x\"}]}")]
    public void What_is_no_change_is_refused(string what, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var exception = Assert.Throws<InvalidItemException>(() => new CanonicalChange().Read(bytes));
        Assert.True(exception.Offset >= 0 && exception.Offset <= bytes.Length, what);
    }

    [Theory]
    [InlineData("{\"N\":\"\"}")]
    [InlineData("{\"N\":\"-1\"}")]
    [InlineData("{\"N\":\"1.7E15\"}")]
    [InlineData("{\"N\":\"1700000000123456.5\"}")]
    [InlineData("{\"N\":\"253402300800000000\"}")]
    [InlineData("{\"N\":\"99999999999999999999\"}")]
    [InlineData("{\"N\":1700000000123456}")]
    [InlineData("{\"S\":\"1700000000123456\"}")]
    [InlineData("{\"N\":\"1\",\"N\":\"1\"}")]
    [InlineData("-1")]
    [InlineData("017")]
    [InlineData("1.5")]
    [InlineData("1e15")]
    [InlineData("\"\"")]
    [InlineData("\"x\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[1]")]
    public void What_is_no_timestamp_is_refused(string timestamp) =>
        Assert.Throws<InvalidItemException>(() => Read($$$"""{"Metadata":{"WriteTimestampMicros":{{{timestamp}}}},{{{Keys}}}}"""));

    [Theory]
    [InlineData("{\"N\":\"1700000000123456\"}")]
    [InlineData("{ \"N\" : \"1700000000123456\" }")]
    [InlineData("1700000000123456")]
    [InlineData("\"1700000000123456\"")]
    public void A_timestamp_may_be_spelled_as_exports_and_their_documentation_do_and_is_the_same_change(string timestamp)
    {
        var line = $$$"""{"Metadata":{"WriteTimestampMicros":{{{timestamp}}},"Other":{"S":"x"}},{{{Keys}}}}""";
        var change = Read(line);
        Assert.Equal(1_700_000_000_123_456, change.WriteTimestampMicros);
        Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, 123, 456, DateTimeKind.Utc), change.WrittenUtc);
        Assert.Equal(
            EncodingOf("""{"Metadata":{"WriteTimestampMicros":{"N":"1700000000123456"},"Other":{"S":"x"}},"Keys":{"Id":{"N":"1"}}}"""),
            EncodingOf(line));
    }

    [Fact]
    public void The_last_instant_that_a_date_can_have_is_read() =>
        Assert.Equal(9999, Read($$$"""{"Metadata":{"WriteTimestampMicros":{"N":"253402300799999999"}},{{{Keys}}}}""").WrittenUtc.Year);

    [Theory]
    [InlineData("insert", ""","NewImage":{"Id":{"N":"1"},"a":{"S":"n"}}""", null, """{"Id":{"N":"1"},"a":{"S":"n"}}""")]
    [InlineData("update", ""","OldImage":{"Id":{"N":"1"}},"NewImage":{"Id":{"N":"1"},"a":{"S":"n"}}""", """{"Id":{"N":"1"}}""", """{"Id":{"N":"1"},"a":{"S":"n"}}""")]
    [InlineData("deletion", ""","OldImage":{"Id":{"N":"1"}}""", """{"Id":{"N":"1"}}""", null)]
    [InlineData("deletion without old images", "", null, null)]
    public void The_parts_of_a_change_of_either_view_are_found(string kind, string images, string? old, string? now)
    {
        var line = $$$"""{"Metadata":{{{{Time}}}},{{{Keys}}}{{{images}}}}""";
        var change = Read(line);
        Assert.Equal("""{"Id":{"N":"1"}}""", Cut(line, change.Keys));
        Assert.Equal(old, change.OldImage is { } before ? Cut(line, before) : null);
        Assert.Equal(now, change.NewImage is { } after ? Cut(line, after) : null);
        Assert.Equal(kind is "insert" or "update", change.IsPut);
        Assert.Equal((null, null, false), (change.SequenceNumber, change.ShardId, change.IsTtlDelete));
    }

    [Fact]
    public void Members_may_stand_in_any_order_and_ours_have_a_place_in_the_stream()
    {
        const string Line = """ { "OldImage" : {"Id":{"N":"1"}} , "Keys":{"Id":{"N":"1"}},"Metadata":{"TtlDelete":{"BOOL":true},"Extra":{"M":{}},"ShardId":{"S":"shardId-00000001-0a"},"SequenceNumber":{"S":"111100000000000000000012"},"WriteTimestampMicros":{"N":"5"}} } """;
        var change = Read(Line);
        Assert.Equal("111100000000000000000012", Cut(Line, change.SequenceNumber!.Value));
        Assert.Equal("shardId-00000001-0a", Cut(Line, change.ShardId!.Value));
        Assert.True(change.IsTtlDelete);
        Assert.False(change.IsPut);
        Assert.Equal(5, change.WriteTimestampMicros);
    }

    [Fact]
    public void A_change_that_is_not_marked_as_time_to_lives_is_not() =>
        Assert.False(Read($$$"""{"Metadata":{{{{Time}}},"TtlDelete":{"BOOL":false}},{{{Keys}}}}""").IsTtlDelete);

    [Fact]
    public void A_fault_within_a_part_is_told_at_its_place_in_the_line()
    {
        const string Line = "{\"NewImage\":{\"a\":{\"N\":\"one\"}},\"Metadata\":{\"WriteTimestampMicros\":7},\"Keys\":{\"Id\":{\"N\":\"1\"}}}";
        var exception = Assert.Throws<InvalidItemException>(() => Read(Line));
        Assert.InRange(exception.Offset, Line.IndexOf("\"one\"", StringComparison.Ordinal), Line.IndexOf("one", StringComparison.Ordinal) + 3);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var (reader, line) = (new CanonicalChange(), Encoding.UTF8.GetBytes("{\"Metadata\":{" + Time + ",\"SequenceNumber\":{\"S\":\"1\"},\"ShardId\":{\"S\":\"a\"}}," + Keys + ",\"NewImage\":{\"Id\":{\"N\":\"1\"}}}"));
        for (var round = 0; round < 100; round++)
            reader.Read(line);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
            reader.Read(line);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static ChangeLine Read(string line) => new CanonicalChange().Read(Encoding.UTF8.GetBytes(line));

    private static string EncodingOf(string line)
    {
        var change = new CanonicalChange();
        change.Read(Encoding.UTF8.GetBytes(line));
        return Convert.ToHexStringLower(change.Encoding);
    }

    private static string Cut(string line, JsonSlice slice) => line.Substring(slice.Start, slice.Length);
}

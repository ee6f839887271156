using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using DynamoBackup.Changes;
using DynamoBackup.Core.Tests.Fuzz;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Changes;

/// <summary>Records as bytes, and the lines that they become.</summary>
public sealed class StreamRecordTests
{
    private const string Key = """{"Id":{"N":"101"}}""";
    private const string Image = """{"Id":{"N":"101"},"T":{"S":"a \"quoted\" } ] \\ and 🔑é\u0007"},"B":{"B":"AP8="},"n":{"NULL":true},"NewImage":{"M":{"Keys":{"L":[{"SS":["","b"]}]}}}}""";

    [Theory]
    [InlineData("1464805270", 1464805270)]
    [InlineData("1.46480527E9", 1464805270)]
    [InlineData("1.46480527e+09", 1464805270)]
    [InlineData("1464805270.999", 1464805270)]
    [InlineData("1.4648052709999E9", 1464805270)]
    [InlineData("0", 0)]
    public void A_time_is_read_in_each_spelling_and_rounded_down(string spelling, long seconds) =>
        Assert.Equal(seconds, StreamRecord.Read(Bytes(Record(time: spelling))).Seconds);

    [Theory]
    [InlineData("\"1464805270\"")]
    [InlineData("-1")]
    [InlineData("1E400")]
    [InlineData("1E20")]
    [InlineData("null")]
    [InlineData("1464805270x")]
    [InlineData(".5")]
    [InlineData("")]
    public void What_is_no_time_is_refused(string spelling) => AssertRefused(Record(time: spelling));

    [Theory]
    [InlineData("""{"type":"Service","principalId":"dynamodb.amazonaws.com"}""", "REMOVE", true)]
    [InlineData("""{"PrincipalId":"dynamodb.amazonaws.com","Type":"Service"}""", "REMOVE", true)]
    [InlineData("""{"type":"Service","principalId":"replication.dynamodb.amazonaws.com"}""", "REMOVE", false)]
    [InlineData("""{"type":"User","principalId":"dynamodb.amazonaws.com"}""", "REMOVE", false)]
    [InlineData("""{"type":"Service","principalId":"dynamodb.amazonaws.com"}""", "MODIFY", false)]
    [InlineData("null", "REMOVE", false)]
    public void Only_a_deletion_by_the_service_itself_is_one_by_time_to_live(string identity, string name, bool expected) =>
        Assert.Equal(expected, StreamRecord.Read(Bytes(Record(name: name, more: $",\"userIdentity\":{identity}"))).IsTtlDelete);

    [Fact]
    public void Properties_come_in_any_order_and_spacing_and_unknown_ones_are_passed_over()
    {
        var record = StreamRecord.Read(Bytes($$"""
            { "later" : [ { "a" : "}" } ], "dynamodb" : { "x" : null, "SequenceNumber" : "100000000000000000000",
              "OldImage":{{Image}} , "Keys":{{Key}}, "ApproximateCreationDateTime" : 5 , "StreamViewType":"OLD_IMAGE" } , "eventName":"REMOVE" }
            """));
        Assert.Equal((StreamEvent.Remove, 5L, StreamView.OldImage), (record.Event, record.Seconds, record.View!.Value));
        Assert.Equal(Image, Encoding.UTF8.GetString(record.OldImage));
        Assert.True(record.NewImage.IsEmpty);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(5), record.Created);
    }

    [Theory]
    [InlineData("""{"eventName":"INSERT"}""")]
    [InlineData("""{"dynamodb":{"ApproximateCreationDateTime":1,"Keys":{},"SequenceNumber":"1"}}""")]
    [InlineData("""{"eventName":"UPSERT","dynamodb":{"ApproximateCreationDateTime":1,"Keys":{},"SequenceNumber":"1"}}""")]
    [InlineData("""{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1,"Keys":{}}}""")]
    [InlineData("""{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1,"SequenceNumber":"1"}}""")]
    [InlineData("""{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1,"Keys":[],"SequenceNumber":"1"}}""")]
    [InlineData("""{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1,"Keys":{},"SequenceNumber":"1","SequenceNumber":"2"}}""")]
    [InlineData("""{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1,"Keys":{},"SequenceNumber":"1\u0030"}}""")]
    [InlineData("""{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1,"Keys":{},"SequenceNumber":"1"},"dynamodb":{}}""")]
    [InlineData("""{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1,"Keys":{},"SequenceNumber":"1","StreamViewType":"ALL"}}""")]
    [InlineData("""{"eventName":"INSERT","dynamodb":{"ApproximateCreationDateTime":1,"Keys":{},"SequenceNumber":"1"}} {}""")]
    [InlineData("""{"eventName":"INSERT","dynamodb":""")]
    [InlineData("[]")]
    [InlineData("")]
    public void What_is_no_record_is_refused(string json) => AssertRefused(json);

    [Fact]
    public void A_line_is_AWSs_with_the_images_as_they_came()
    {
        const string Begin = """{"Metadata":{"WriteTimestampMicros":{"N":"1464805270000000"},"SequenceNumber":{"S":"100000000000000000001"},"ShardId":{"S":"shardId-1"}""";
        const string End = "},\"Keys\":" + Key + ",\"OldImage\":" + Image + ",\"NewImage\":" + Image + "}\n";
        Assert.Equal(Begin + End, Line(Record()));
        Assert.Equal(
            Begin + ",\"TtlDelete\":{\"BOOL\":true}" + End,
            Line(Record(name: "REMOVE", more: ""","userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}""")));
    }

    [Theory]
    [InlineData("{\n\"Id\":{\"N\":\"101\"}}")]
    [InlineData("{\"Id\":{\"S\":\"a\u0001\"}}")]
    public void An_image_of_more_than_one_line_is_refused(string image)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<InvalidItemException>(() => new ChangeLineWriter("shardId-1").Write(output, StreamRecord.Read(Bytes(Record(image: image)))));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Damaged_bytes_are_refused_or_are_what_an_independent_reader_reads()
    {
        var mutator = new ByteMutator(
            [Bytes(Record()), Bytes(Record(name: "REMOVE", more: ""","userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"}"""))],
            [Bytes("\"Keys\":{}"), Bytes("\"dynamodb\":"), Bytes("null"), Bytes("\"SequenceNumber\":\"7\"")]);
        var random = new Random(20260101);
        var accepted = 0;
        for (var input = 0; input < 20_000; input++)
        {
            var bytes = mutator.Next(random, out var pristine);
            try
            {
                var record = StreamRecord.Read(bytes);
                accepted++;
                if (TryParse(bytes) is not { } json)
                    continue;
                var change = json.GetProperty("dynamodb");
                Assert.Equal(change.GetProperty("SequenceNumber").GetString(), record.SequenceNumber.ToString());
                Assert.Equal(change.GetProperty("Keys").GetRawText(), Encoding.UTF8.GetString(record.Keys));
                Assert.Equal(change.TryGetProperty("NewImage", out var image) && image.ValueKind == JsonValueKind.Object ? image.GetRawText() : "", Encoding.UTF8.GetString(record.NewImage));
            }
            catch (InvalidItemException)
            {
                Assert.False(pristine);
            }
        }

        Assert.True(accepted > 1_000);
    }

    private static JsonElement? TryParse(byte[] bytes)
    {
        // Bytes that are no text lie inside an image too, and are refused where it is read.
        if (!Utf8.IsValid(bytes))
            return null;
        try
        {
            return JsonDocument.Parse(bytes).RootElement;
        }
        catch (JsonException)
        {
            // Inside an image: whoever replays it reads it.
            return null;
        }
    }

    private static string Line(string record)
    {
        var output = new ArrayBufferWriter<byte>();
        new ChangeLineWriter("shardId-1").Write(output, StreamRecord.Read(Bytes(record)));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void AssertRefused(string json) => Assert.Throws<InvalidItemException>(() => StreamRecord.Read(Bytes(json)).Seconds);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Record(string name = "MODIFY", string time = "1464805270", string image = Image, string more = "") =>
        $$"""{"awsRegion":"us-west-2","dynamodb":{"ApproximateCreationDateTime":{{time}},"Keys":{{Key}},"OldImage":{{image}},"NewImage":{{image}},"SequenceNumber":"100000000000000000001","SizeBytes":41,"StreamViewType":"NEW_AND_OLD_IMAGES"},"eventID":"0f0e","eventName":"{{name}}","eventSource":"aws:dynamodb","eventVersion":"1.0"{{more}}}""";
}

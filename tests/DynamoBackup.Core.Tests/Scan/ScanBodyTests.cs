using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using CsCheck;
using DynamoBackup.Scan;

namespace DynamoBackup.Core.Tests.Scan;

/// <summary>The key that a page ends with is the key that the next request begins with, whatever its type and characters.</summary>
public sealed class ScanBodyTests
{
    private static readonly Gen<JsonObject> Value = Gen.OneOf(
        Gen.String[Gen.Char['\0', '\ud7ff'], 0, 40].Select(text => new JsonObject { ["S"] = text }),
        Gen.Long.Select(number => new JsonObject { ["N"] = number.ToString(System.Globalization.CultureInfo.InvariantCulture) }),
        Gen.Byte.Array[1, 40].Select(bytes => new JsonObject { ["B"] = Convert.ToBase64String(bytes) }));

    [Fact]
    public void A_page_is_continued_where_it_ended() => Gen.Select(Value, Value, Gen.Bool, Gen.String[Gen.Char['!', '~'], 1, 20]).Sample((first, second, hasSortKey, name) =>
    {
        var key = new JsonObject { [name] = first.DeepClone() };
        if (hasSortKey)
            key[name + "2"] = second.DeepClone();
        var response = new JsonObject { ["Count"] = 7, ["Items"] = new JsonArray(), ["LastEvaluatedKey"] = key, ["ScannedCount"] = 7 };

        var (count, lastKey) = ScanBody.Read(JsonSerializer.SerializeToUtf8Bytes(response));
        var body = ScanBody.Write(new ScanRequest { TableName = "T\"a", Segment = 2, TotalSegments = 5, ConsistentRead = true, ExclusiveStartKey = lastKey });

        Assert.Equal(7, count);
        var request = JsonNode.Parse(body.Span)!.AsObject();
        Assert.True(JsonNode.DeepEquals(key, request["ExclusiveStartKey"]), body.ToString());
        Assert.Equal("T\"a", (string?)request["TableName"]);
        Assert.Equal((2, 5, true), ((int)request["Segment"]!, (int)request["TotalSegments"]!, (bool)request["ConsistentRead"]!));
    });

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"Count":3,"Items":[]}""", 3)]
    [InlineData("""{"Count":3,"Items":[],"LastEvaluatedKey":null}""", 3)]
    public void A_page_without_a_key_is_the_segments_last(string response, int? expected)
    {
        var (count, lastKey) = ScanBody.Read(System.Text.Encoding.UTF8.GetBytes(response));
        Assert.Equal(expected, count);
        Assert.Null(lastKey);
    }

    [Fact]
    public void A_first_request_has_no_key() =>
        Assert.False(JsonNode.Parse(ScanBody.Write(new ScanRequest { TableName = "T", Segment = 0, TotalSegments = 1 }).Span)!.AsObject().ContainsKey("ExclusiveStartKey"));
}

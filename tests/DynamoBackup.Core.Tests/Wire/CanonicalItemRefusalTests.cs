using System.Text;
using CsCheck;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>What is not an item must be refused, always in the same way: these bytes come from disks and networks.</summary>
public sealed class CanonicalItemRefusalTests
{
    [Theory]
    [InlineData("a duplicate attribute", """{"a":{"S":"x"},"b":{"NULL":true},"a":{"S":"x"}}""")]
    [InlineData("a duplicate attribute spelled otherwise", """{"a":{"S":"x"},"\u0061":{"S":"y"}}""")]
    [InlineData("a duplicate name in a map", """{"m":{"M":{"a":{"S":"x"},"a":{"S":"x"}}}}""")]
    [InlineData("a duplicate string in a set", """{"a":{"SS":["x","y","x"]}}""")]
    [InlineData("a duplicate string in a set spelled otherwise", """{"a":{"SS":["é","\u00e9"]}}""")]
    [InlineData("a duplicate number in a set", """{"a":{"NS":["1","1.0"]}}""")]
    [InlineData("a duplicate zero in a set", """{"a":{"NS":["0","-0"]}}""")]
    [InlineData("a duplicate binary in a set", """{"a":{"BS":["AQ==","AQ=="]}}""")]
    [InlineData("an empty string set", """{"a":{"SS":[]}}""")]
    [InlineData("an empty number set", """{"a":{"NS":[]}}""")]
    [InlineData("an empty binary set", """{"a":{"BS":[]}}""")]
    [InlineData("a high surrogate alone", """{"a":{"S":"\ud83d"}}""")]
    [InlineData("a low surrogate alone", """{"a":{"S":"\udd11"}}""")]
    [InlineData("a high surrogate before a letter", """{"a":{"S":"\ud83d\u0041"}}""")]
    [InlineData("a high surrogate before plain text", """{"a":{"S":"\ud83dudd11"}}""")]
    [InlineData("surrogates in the wrong order", """{"a":{"S":"\udd11\ud83d"}}""")]
    [InlineData("a surrogate alone in a name", """{"\ud83d":{"S":"x"}}""")]
    [InlineData("an unknown escape", """{"a":{"S":"\x41"}}""")]
    [InlineData("an escape of three digits", """{"a":{"S":"\u004"}}""")]
    [InlineData("an escape that is not hexadecimal", """{"a":{"S":"\u00g0"}}""")]
    [InlineData("base64 of a wrong length", """{"a":{"B":"AQI"}}""")]
    [InlineData("base64 with another character", """{"a":{"B":"AQ*="}}""")]
    [InlineData("base64 in the URL alphabet", """{"a":{"B":"-_8="}}""")]
    [InlineData("base64 with padding in the middle", """{"a":{"B":"AQ==AQ=="}}""")]
    [InlineData("base64 that is padding only", """{"a":{"B":"===="}}""")]
    [InlineData("base64 with white space in it", """{"a":{"B":"AQ I D  "}}""")]
    [InlineData("base64 with an escaped line feed", """{"a":{"B":"AQID\nAQI"}}""")]
    [InlineData("an unknown type", """{"a":{"X":"x"}}""")]
    [InlineData("an unknown long type", """{"a":{"STRING":"x"}}""")]
    [InlineData("a type in lower case", """{"a":{"s":"x"}}""")]
    [InlineData("an empty type", """{"a":{"":"x"}}""")]
    [InlineData("two types in one value", """{"a":{"S":"x","N":"1"}}""")]
    [InlineData("no type in a value", """{"a":{}}""")]
    [InlineData("a value that is not an object", """{"a":"x"}""")]
    [InlineData("a value that is null", """{"a":null}""")]
    [InlineData("a value in an array", """{"a":[{"S":"x"}]}""")]
    [InlineData("a number that is not quoted", """{"a":{"N":1}}""")]
    [InlineData("a boolean in quotes", """{"a":{"BOOL":"true"}}""")]
    [InlineData("a boolean in capitals", """{"a":{"BOOL":True}}""")]
    [InlineData("a boolean that goes on", """{"a":{"BOOL":truely}}""")]
    [InlineData("a null that is false", """{"a":{"NULL":false}}""")]
    [InlineData("a null that is null", """{"a":{"NULL":null}}""")]
    [InlineData("a bare member of a list", """{"a":{"L":["x"]}}""")]
    [InlineData("a typed member of a set", """{"a":{"SS":[{"S":"x"}]}}""")]
    [InlineData("a list that is an object", """{"a":{"L":{}}}""")]
    [InlineData("a map that is a list", """{"a":{"M":[]}}""")]
    [InlineData("a comma at the end", """{"a":{"S":"x"},}""")]
    [InlineData("a comma at the end of a list", """{"a":{"L":[{"S":"x"},]}}""")]
    [InlineData("no comma", """{"a":{"S":"x"}"b":{"S":"x"}}""")]
    [InlineData("no colon", """{"a"{"S":"x"}}""")]
    [InlineData("a name without quotes", """{a:{"S":"x"}}""")]
    [InlineData("single quotes", "{'a':{'S':'x'}}")]
    [InlineData("a comment", """{"a":{"S":"x"}/* */}""")]
    [InlineData("a second item", """{"a":{"S":"x"}}{}""")]
    [InlineData("a bracket behind the item", """{"a":{"S":"x"}}}""")]
    [InlineData("a letter behind the item", """{"a":{"S":"x"}} x""")]
    [InlineData("a null character behind the item", "{\"a\":{\"S\":\"x\"}}\0")]
    [InlineData("a byte order mark", "\ufeff{}")]
    [InlineData("nothing", "")]
    [InlineData("white space", "  ")]
    [InlineData("a list", "[]")]
    [InlineData("a string", "\"a\"")]
    public void What_is_not_an_item_is_refused(string what, string json)
    {
        var exception = Assert.Throws<InvalidItemException>(() => new CanonicalItem().Read(Encoding.UTF8.GetBytes(json)));
        Assert.True(exception.Offset >= 0 && exception.Offset <= Encoding.UTF8.GetByteCount(json), what);
        Assert.Contains($"(at byte {exception.Offset})", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("e5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.2.3")]
    [InlineData("1e5e5")]
    [InlineData("1e1.5")]
    [InlineData("--1")]
    [InlineData("1-")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1,000")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("１")]
    [InlineData("1e99999999999999999999")]
    [InlineData("1e-99999999999999999999")]
    public void What_is_not_a_number_is_refused(string number)
    {
        Assert.Throws<InvalidItemException>(() => Read($$$"""{"a":{"N":"{{{number}}}"}}"""));
        Assert.Throws<InvalidItemException>(() => Read($$$"""{"a":{"NS":["7","{{{number}}}"]}}"""));
    }

    [Fact]
    public void A_control_character_that_is_not_escaped_is_refused_wherever_it_stands()
    {
        const string Json = """{ "a" : { "S" : "x" } }""";
        for (var code = 0; code < 32; code++)
        {
            for (var place = 0; place <= Json.Length; place++)
            {
                var damaged = Json.Insert(place, ((char)code).ToString());
                var exception = Assert.Throws<InvalidItemException>(() => Read(damaged));
                Assert.Equal(place, exception.Offset);
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xff })]
    [InlineData(new byte[] { 0xc3 })]
    [InlineData(new byte[] { 0xc0, 0x80 })]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 })]
    [InlineData(new byte[] { 0xf4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0x80 })]
    public void What_is_not_valid_UTF8_is_refused_in_names_and_values(byte[] bytes)
    {
        Assert.Throws<InvalidItemException>(() => new CanonicalItem().Read([.. "{\"a\":{\"S\":\""u8, .. bytes, .. "\"}}"u8]));
        Assert.Throws<InvalidItemException>(() => new CanonicalItem().Read([.. "{\""u8, .. bytes, .. "\":{\"S\":\"x\"}}"u8]));
    }

    [Theory]
    [InlineData("""{"L":[""", "]}")]
    [InlineData("""{"M":{"a":""", "}}")]
    public void Nesting_is_read_to_64_levels_and_refused_beyond(string open, string close)
    {
        Read(Nested(64));
        Assert.Throws<InvalidItemException>(() => Read(Nested(65)));
        // Far beyond, it must be an exception still and not the end of the process's stack.
        Assert.Throws<InvalidItemException>(() => Read(Nested(200_000)));

        string Nested(int depth) => """{"a":""" + string.Concat(Enumerable.Repeat(open, depth)) + """{"S":"x"}""" + string.Concat(Enumerable.Repeat(close, depth)) + "}";
    }

    [Fact]
    public void An_item_that_is_cut_anywhere_is_refused() => Gen.Select(ItemGen.Item, Gen.Int[0, 1 << 30]).Sample(
        (value, seed) =>
        {
            var json = Encoding.UTF8.GetBytes(ItemSpeller.SpellText(value, seed).TrimEnd());
            var item = new CanonicalItem();
            for (var cut = 0; cut < json.Length; cut += 1 + json.Length / 500)
                Assert.Throws<InvalidItemException>(() => item.Read(json.AsSpan(0, cut)));
        },
        iter: 60);

    private static void Read(string json) => new CanonicalItem().Read(Encoding.UTF8.GetBytes(json));
}

using System.Text;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>Sizes counted by hand from the Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats".</summary>
public sealed class ItemBytesTests
{
    [Theory]
    // Names and strings: bytes of UTF-8, not characters.
    [InlineData("{}", 0)]
    [InlineData("""{"a":{"S":""}}""", 1)]
    [InlineData("""{"Name":{"S":"Ada"}}""", 4 + 3)]
    [InlineData("""{"é":{"S":"鍵🔑"}}""", 2 + 3 + 4)]
    [InlineData("""{"a":{"S":"\ud83d\udd11\n"}}""", 1 + 4 + 1)]
    // Numbers: a byte for two significant digits, and one; zeros at either end do not count; a sign takes one more.
    [InlineData("""{"Id":{"N":"103"}}""", 2 + 2 + 1)]
    [InlineData("""{"n":{"N":"7"}}""", 1 + 1 + 1)]
    [InlineData("""{"n":{"N":"27"}}""", 1 + 1 + 1)]
    [InlineData("""{"n":{"N":"-27"}}""", 1 + 1 + 1 + 1)]
    [InlineData("""{"n":{"N":"0027.500"}}""", 1 + 2 + 1)]
    [InlineData("""{"n":{"N":"1000000"}}""", 1 + 1 + 1)]
    [InlineData("""{"n":{"N":"1E+100"}}""", 1 + 1 + 1)]
    [InlineData("""{"n":{"N":"0"}}""", 1 + 1)]
    [InlineData("""{"n":{"N":"12345678901234567890123456789012345678"}}""", 1 + 19 + 1)]
    // Binary: the bytes, not their base64.
    [InlineData("""{"b":{"B":""}}""", 1)]
    [InlineData("""{"b":{"B":"AQ=="}}""", 1 + 1)]
    [InlineData("""{"b":{"B":"AQIDBA=="}}""", 1 + 4)]
    // Null and boolean: one byte.
    [InlineData("""{"x":{"NULL":true}}""", 1 + 1)]
    [InlineData("""{"x":{"BOOL":false}}""", 1 + 1)]
    // Sets: the sum of their members.
    [InlineData("""{"s":{"SS":["ab","c",""]}}""", 1 + 2 + 1)]
    [InlineData("""{"s":{"NS":["1","-22","333"]}}""", 1 + 2 + 3 + 3)]
    [InlineData("""{"s":{"BS":["AQ==","AQI="]}}""", 1 + 1 + 2)]
    // Lists and maps: three bytes, one for each element, and what is in them.
    [InlineData("""{"l":{"L":[]}}""", 1 + 3)]
    [InlineData("""{"l":{"L":[{"S":"ab"},{"BOOL":true}]}}""", 1 + 3 + (1 + 2) + (1 + 1))]
    [InlineData("""{"m":{"M":{}}}""", 1 + 3)]
    [InlineData("""{"m":{"M":{"key":{"N":"1"},"k":{"S":"x"}}}}""", 1 + 3 + (1 + 3 + 2) + (1 + 1 + 1))]
    [InlineData("""{"m":{"M":{"l":{"L":[{"M":{}}]}}}}""", 1 + 3 + (1 + 1 + 3 + (1 + 3)))]
    // Attributes add up.
    [InlineData("""{"Id":{"N":"103"},"Name":{"S":"Ada"},"x":{"NULL":true}}""", 5 + 7 + 2)]
    public void An_items_size_is_what_the_guides_rules_give(string json, int expected)
    {
        var item = new CanonicalItem();
        item.Read(Encoding.UTF8.GetBytes(json));
        Assert.Equal(expected, item.ItemBytes);
    }
}

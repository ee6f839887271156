using System.Text;
using CsCheck;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

[Trait(PortableSlicingTests.Trait, PortableSlicingTests.Yes)]
public sealed class CanonicalItemTests
{
    [Fact]
    public void An_item_is_encoded_and_sized_as_an_independent_reading_of_the_format_says() => Gen.Select(ItemGen.Item, Gen.Int[0, 1 << 30]).Sample(
        (value, seed) =>
        {
            var json = ItemSpeller.Spell(value, seed);
            var expected = CanonicalReference.Encode(json);
            var item = new CanonicalItem();
            item.Read(json);
            Assert.Equal(Convert.ToHexString(expected.Encoding), Convert.ToHexString(item.Encoding));
            Assert.Equal(expected.ItemBytes, item.ItemBytes);
        },
        iter: 3_000, print: Print);

    [Fact]
    public void However_an_item_is_spelled_its_encoding_is_the_same() => Gen.Select(ItemGen.Item, Gen.Int[0, 1 << 30]).Sample(
        (value, seed) =>
        {
            var (first, second) = (Read(ItemSpeller.Spell(value, seed)), Read(ItemSpeller.Spell(value, seed + 1)));
            Assert.Equal(Convert.ToHexString(first.Encoding), Convert.ToHexString(second.Encoding));
            Assert.Equal(first.ItemBytes, second.ItemBytes);
        },
        iter: 3_000, print: Print);

    [Fact]
    public void Whatever_one_thing_is_changed_the_encoding_differs() => Gen.Select(ItemGen.Item.Where(item => item.Entries.Count > 0), Gen.Int[0, 1 << 30]).Sample(
        (value, seed) =>
        {
            var changed = (ItemValue.Map)new ItemChanger(seed).Change(value);
            Assert.NotEqual(Encode(ItemSpeller.Spell(value, seed)), Encode(ItemSpeller.Spell(changed, seed)));
        },
        iter: 3_000, print: Print);

    [Theory]
    [InlineData("""{"a":{"S":"é"},"b":{"N":"1"}}""", """{"b":{"N":"1"},"a":{"S":"é"}}""")]
    [InlineData("""{"a":{"S":"é"}}""", """{"a":{"S":"\u00e9"}}""")]
    [InlineData("""{"a":{"S":"é"}}""", """{"\u0061":{"S":"\u00E9"}}""")]
    [InlineData("""{"a":{"S":"/"}}""", """{"a":{"S":"\/"}}""")]
    [InlineData("""{"a":{"S":"🔑"}}""", """{"a":{"S":"\ud83d\udd11"}}""")]
    [InlineData("""{"a":{"S":"\n\"\\"}}""", """{"a":{"S":"\u000a\u0022\u005C"}}""")]
    [InlineData("""{"a":{"B":"+/8="}}""", """{"a":{"B":"\u002b\/8="}}""")]
    [InlineData("""{"a":{"SS":["x","y","é"]}}""", """{"a":{"SS":["\u00e9","y","x"]}}""")]
    [InlineData("""{"a":{"NS":["1","-2","30"]}}""", """{"a":{"NS":["3e1","1.0","-2"]}}""")]
    [InlineData("""{"a":{"BS":["AA==","AQ=="]}}""", """{"a":{"BS":["AQ==","AA=="]}}""")]
    [InlineData("""{"a":{"M":{"x":{"NULL":true},"y":{"L":[]}}}}""", """ { "a" : { "M" : { "y" : { "L" : [ ] } , "x" : { "NULL" : true } } } } """)]
    public void Spellings_of_one_item_are_equal(string one, string other) => Assert.Equal(Encode(one), Encode(other));

    [Theory]
    [InlineData("1", "1.0", "1e0", "0.1E1", "+1", "01", "10e-1", "1.", "0.00001E+5", "100000000000000000000000000000000000000000e-41")]
    [InlineData("0", "-0", "0.000", "0E+125", "-0e-7", ".0", "+0")]
    [InlineData("-1500", "-1.5e3", "-15E2", "-0015e02", "-1500.000")]
    [InlineData("9.9999999999999999999999999999999999999E+125", "99999999999999999999999999999999999999E+88", "0.99999999999999999999999999999999999999e126")]
    public void Spellings_of_one_number_are_equal(string first, params string[] others)
    {
        foreach (var other in others)
        {
            Assert.Equal(Encode($$$"""{"a":{"N":"{{{first}}}"}}"""), Encode($$$"""{"a":{"N":"{{{other}}}"}}"""));
            Assert.Equal(Encode($$$"""{"a":{"NS":["{{{first}}}","7"]}}"""), Encode($$$"""{"a":{"NS":["7","{{{other}}}"]}}"""));
        }
    }

    [Theory]
    [InlineData("""{"a":{"N":"1"}}""", """{"a":{"S":"1"}}""")]
    [InlineData("""{"a":{"S":""}}""", """{"a":{"NULL":true}}""")]
    [InlineData("""{"a":{"S":""}}""", """{"a":{"B":""}}""")]
    [InlineData("""{"a":{"S":"x"}}""", """{"a":{"SS":["x"]}}""")]
    [InlineData("""{"a":{"SS":["x"]}}""", """{"a":{"L":[{"S":"x"}]}}""")]
    [InlineData("""{"a":{"L":[]}}""", """{"a":{"M":{}}}""")]
    [InlineData("""{"a":{"L":[{"S":"x"},{"S":"y"}]}}""", """{"a":{"L":[{"S":"y"},{"S":"x"}]}}""")]
    [InlineData("""{"a":{"S":"é"}}""", """{"a":{"S":"e\u0301"}}""")]
    [InlineData("""{"a":{"BOOL":true}}""", """{"a":{"BOOL":false}}""")]
    [InlineData("""{"a":{"N":"9007199254740993"}}""", """{"a":{"N":"9007199254740992"}}""")]
    [InlineData("""{"a":{"N":"1"}}""", """{"a":{"N":"-1"}}""")]
    [InlineData("""{"a":{"N":"1"}}""", """{"a":{"N":"10"}}""")]
    [InlineData("""{"a":{"S":"bc"}}""", """{"ab":{"S":"c"}}""")]
    [InlineData("""{"a":{"S":"x"}}""", """{"A":{"S":"x"}}""")]
    [InlineData("""{"a":{"S":"x"},"b":{"M":{}}}""", """{"b":{"M":{"a":{"S":"x"}}}}""")]
    public void Items_that_only_look_alike_differ(string one, string other) => Assert.NotEqual(Encode(one), Encode(other));

    [Fact]
    public void An_instance_used_again_remembers_nothing_of_the_item_before() => Gen.Select(ItemGen.Item, ItemGen.Item, Gen.Int[0, 1 << 30]).Sample(
        (first, second, seed) =>
        {
            var item = new CanonicalItem();
            item.Read(ItemSpeller.Spell(first, seed));
            Assert.Throws<InvalidItemException>(() => item.Read("{\"a\":{\"M\":{\"b\":{\"L\":[{\"S\":\"cut"u8));
            var json = ItemSpeller.Spell(second, seed);
            item.Read(json);
            Assert.Equal(Convert.ToHexString(CanonicalReference.Encode(json).Encoding), Convert.ToHexString(item.Encoding));
            foreach (var name in first.Entries.Select(entry => entry.Key).Except(second.Entries.Select(entry => entry.Key)))
                Assert.False(item.TryGetAttribute(Encoding.UTF8.GetBytes(name), out _, out _));
        },
        iter: 300);

    [Fact]
    public void A_top_level_attribute_is_found_with_its_bytes_and_its_tag() => Gen.Select(ItemGen.Item, Gen.Int[0, 1 << 30]).Sample(
        (value, seed) =>
        {
            var json = ItemSpeller.Spell(value, seed);
            var item = Read(json);
            foreach (var (name, attribute) in value.Entries)
            {
                Assert.True(item.TryGetAttribute(Encoding.UTF8.GetBytes(name), out var slice, out var tag));
                // The slice, put under another name, is an item whose encoding holds the value's.
                var alone = Encode([.. "{\"x\":"u8, .. json.AsSpan(slice.Start, slice.Length), .. "}"u8]);
                Assert.Equal(Encode(ItemSpeller.Spell(new ItemValue.Map([KeyValuePair.Create("x", attribute)]), seed)), alone);
                Assert.Equal(tag, Convert.FromHexString(alone)[4]);
            }

            Assert.False(item.TryGetAttribute("no such attribute"u8, out _, out _));
        },
        iter: 500);

    private static string Encode(string json) => Encode(Encoding.UTF8.GetBytes(json));

    private static string Encode(byte[] json) => Convert.ToHexString(Read(json).Encoding);

    private static CanonicalItem Read(byte[] json)
    {
        var item = new CanonicalItem();
        item.Read(json);
        return item;
    }

    private static string Print((ItemValue.Map Item, int Seed) sample) => ItemSpeller.SpellText(sample.Item, sample.Seed);
}

using System.Text;
using CsCheck;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

[Trait(PortableSlicingTests.Trait, PortableSlicingTests.Yes)]
public sealed class ItemLineTests
{
    [Fact]
    public void An_item_is_found_in_a_line_however_it_is_spaced() => Gen.Select(ItemGen.Item, Gen.Int[0, 1 << 30], Gen.OneOfConst("", " ", "  ").Array[5]).Sample(
        (value, seed, space) =>
        {
            var item = ItemSpeller.SpellText(value, seed).Trim();
            var line = Encoding.UTF8.GetBytes($"{space[0]}{{{space[1]}\"Item\"{space[2]}:{space[3]}{item}{space[4]}}}{space[0]}");
            var slice = ItemLine.FindItem(line);
            var found = Encoding.UTF8.GetString(line, slice.Start, slice.Length);
            Assert.Equal(item, found.TrimEnd());
        },
        iter: 1_000);

    [Fact]
    public void A_line_is_the_item_between_its_prefix_and_its_suffix() =>
        Assert.Equal("{\"Item\":{}}\n", Encoding.UTF8.GetString([.. ItemLine.Prefix, .. "{}"u8, .. ItemLine.Suffix]));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"Item":""")]
    [InlineData("""{"Item":}""")]
    [InlineData("""{"Item":"x"}""")]
    [InlineData("""{"Item":[]}""")]
    [InlineData("""{"Item":{}""")]
    [InlineData("""{"Item":{"a":{"S":"x"}""")]
    [InlineData("""{"item":{}}""")]
    [InlineData("""{"Keys":{"a":{"S":"x"}},"NewImage":{"a":{"S":"x"}}}""")]
    [InlineData("""{"Item":{}} x""")]
    [InlineData("""{"Item":{}}}""")]
    [InlineData("""{"Item":{},"Item":{}}""")]
    [InlineData("""{"Item":{"a":{"S":"x"}},"b":{}}""")]
    [InlineData("""{ "Item":{} , "b":{}}""")]
    [InlineData("""[{"Item":{}}]""")]
    public void A_line_that_is_something_else_gives_no_item(string line)
    {
        // Finding is quick and trusting, reading is strict: together nothing but an item passes.
        var bytes = Encoding.UTF8.GetBytes(line);
        Assert.Throws<InvalidItemException>(() =>
        {
            var slice = ItemLine.FindItem(bytes);
            new CanonicalItem().Read(bytes.AsSpan(slice.Start, slice.Length));
        });
    }

    [Fact]
    public void A_line_that_is_cut_anywhere_gives_no_item() => Gen.Select(ItemGen.Item, Gen.Int[0, 1 << 30], Gen.Bool).Sample(
        (value, seed, spaced) =>
        {
            var line = Encoding.UTF8.GetBytes($"{{{(spaced ? " " : "")}\"Item\":{ItemSpeller.SpellText(value, seed)}}}");
            var item = new CanonicalItem();
            for (var cut = 0; cut < line.Length; cut += 1 + line.Length / 300)
            {
                Assert.Throws<InvalidItemException>(() =>
                {
                    var slice = ItemLine.FindItem(line.AsSpan(0, cut));
                    item.Read(line.AsSpan(slice.Start, slice.Length));
                });
            }
        },
        iter: 60);
}

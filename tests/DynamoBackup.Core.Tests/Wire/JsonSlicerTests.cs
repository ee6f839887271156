using System.Text;
using CsCheck;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

[Trait(PortableSlicingTests.Trait, PortableSlicingTests.Yes)]
public sealed class JsonSlicerTests
{
    [Fact]
    public void Elements_lie_exactly_where_the_frameworks_reader_finds_them() => JsonGen.Page.Sample(
        page =>
        {
            var json = Encoding.UTF8.GetBytes(page);
            var expected = JsonReference.Slice(json, "Items")!;
            var elements = new List<JsonSlice>();

            var end = JsonSlicer.SliceElements(json, expected.Start, elements);

            Assert.Equal(expected.End, end);
            Assert.Equal(expected.Elements, elements);
        },
        iter: 10_000);

    [Fact]
    public void A_value_ends_exactly_where_the_frameworks_reader_says() => JsonGen.Container.Sample(
        value =>
        {
            var json = Encoding.UTF8.GetBytes(value);
            Assert.Equal(JsonReference.EndOfFirst(json), JsonSlicer.Skip(json, 0));
        },
        iter: 1_000);

    [Fact]
    public void No_offset_of_a_quote_a_bracket_or_a_run_of_backslashes_in_a_block_of_64_matters()
    {
        // Every run length against every place in the block, so that each run begins, crosses and ends at each boundary.
        for (var shift = 0; shift < 64; shift++)
        {
            for (var run = 0; run <= 66; run++)
            {
                var value = new string('a', shift) + new string('\\', run * 2) + "\\\"}]" + new string('\\', run * 2);
                var json = Encoding.UTF8.GetBytes($$$"""[{"S":"{{{value}}}"}, {"L":[]},{"}":{}}]""");
                var elements = new List<JsonSlice>();
                Assert.Equal(json.Length, JsonSlicer.SliceElements(json, 0, elements));
                Assert.Equal(JsonReference.Slice(json)!.Elements, elements);
            }
        }
    }

    [Fact]
    public void No_length_of_an_element_matters()
    {
        for (var length = 0; length < 300; length++)
        {
            var element = $$"""{"S":"{{new string('x', length)}}"}""";
            var json = Encoding.UTF8.GetBytes($"[{element},{element}]");
            var elements = new List<JsonSlice>();
            Assert.Equal(json.Length, JsonSlicer.SliceElements(json, 0, elements));
            Assert.Equal([new JsonSlice(1, element.Length), new JsonSlice(element.Length + 2, element.Length)], elements);
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[ \r\n\t ]")]
    [InlineData("[1,\"]\",null]")]
    public void An_array_without_objects_has_no_elements_and_an_end(string array)
    {
        var elements = new List<JsonSlice>();
        Assert.Equal(array.Length, JsonSlicer.SliceElements(Encoding.UTF8.GetBytes(array + "]]}}"), 0, elements));
        Assert.Empty(elements);
    }

    [Fact]
    public void An_array_that_is_cut_anywhere_is_refused_and_nothing_behind_the_cut_is_read() => JsonGen.SmallPage.Sample(
        page =>
        {
            // What follows the cut in memory would complete the array: a read beyond the span would succeed instead of failing.
            var json = Encoding.UTF8.GetBytes(page);
            var whole = JsonReference.Slice(json, "Items")!;
            for (var cut = whole.Start + 1; cut < whole.End; cut++)
            {
                var elements = new List<JsonSlice>();
                Assert.Throws<FormatException>(() => JsonSlicer.SliceElements(json.AsSpan(0, cut), whole.Start, elements));
                Assert.Throws<FormatException>(() => JsonSlicer.Skip(json.AsSpan(0, cut), whole.Start));
                Assert.Equal(whole.Elements.TakeWhile(element => element.End <= cut), elements);
            }
        },
        iter: 50);

    [Fact]
    public void Bytes_that_are_no_json_end_the_search_with_a_format_exception_or_an_offset_inside() =>
        Gen.OneOfConst("{}[]\"\\,:a \0\u007fé"u8.ToArray()).Array[1, 300].Sample(
            noise =>
            {
                byte[] json = [(byte)'[', .. noise];
                var elements = new List<JsonSlice>();
                try
                {
                    var end = JsonSlicer.SliceElements(json, 0, elements);
                    Assert.InRange(end, 2, json.Length);
                }
                catch (FormatException)
                {
                    Assert.All(elements, element => Assert.InRange(element.Length, 2, json.Length));
                }

                Assert.All(elements, element => Assert.InRange(element.End, element.Start + 2, json.Length));
            },
            iter: 5_000);
}

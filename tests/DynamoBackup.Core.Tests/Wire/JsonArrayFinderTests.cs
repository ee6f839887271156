using System.Text;
using CsCheck;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

[Trait(PortableSlicingTests.Trait, PortableSlicingTests.Yes)]
public sealed class JsonArrayFinderTests
{
    [Fact]
    public void An_array_is_found_where_the_frameworks_reader_finds_it() => JsonGen.Page.Sample(
        page =>
        {
            var json = Encoding.UTF8.GetBytes(page);
            Assert.Equal(JsonReference.Slice(json, "Items")!.Start, JsonArrayFinder.Find(json, ["Items"]));
        },
        iter: 10_000);

    [Fact]
    public void A_path_leads_inward_by_names_and_by_any_name() => Gen.Select(JsonGen.Page, JsonGen.Text).Sample(
        (page, name) =>
        {
            var json = Encoding.UTF8.GetBytes($$"""{ {{name}} : {{page}}, "Responses":{ {{name}}:{{page}}, "Items":[] }, "Items":[] }""");
            foreach (var path in new string[][] { ["Responses", JsonArrayFinder.AnyName, "Items"], [JsonArrayFinder.AnyName, "Items"], ["Responses", "Items"], ["Items"] })
                Assert.Equal(JsonReference.Slice(json, path)?.Start ?? -1, JsonArrayFinder.Find(json, path));
        },
        iter: 500);

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"Count\":1,\"items\":[]}")]
    [InlineData("{\"a\":{\"Items\":[]},\"b\":[{\"Items\":[]}],\"c\":\"\\\"Items\\\":[]\"}")]
    [InlineData("{\"Items\":{\"Items\":[]}}")]
    [InlineData("{\"Items\":null,\"Count\":0}")]
    [InlineData("{\"Items\":\"[]\"}")]
    public void Where_there_is_no_such_array_none_is_found(string json) =>
        Assert.Equal(-1, JsonArrayFinder.Find(Encoding.UTF8.GetBytes(json), ["Items"]));

    [Fact]
    public void Any_value_ends_exactly_where_the_frameworks_reader_says() => Gen.Select(JsonGen.Value, Gen.OneOfConst(",", "}", "]", " ,", "\n}")).Sample(
        (value, next) =>
        {
            var length = Encoding.UTF8.GetByteCount(value);
            Assert.Equal(JsonReference.EndOfFirst(Encoding.UTF8.GetBytes(value)), length);
            Assert.Equal(length, JsonArrayFinder.SkipValue(Encoding.UTF8.GetBytes(value + next), 0));
        },
        iter: 1_000);

    [Fact]
    public void In_json_that_is_cut_anywhere_no_array_is_found_or_it_has_no_end() => JsonGen.SmallPage.Sample(
        page =>
        {
            var json = Encoding.UTF8.GetBytes(page);
            var whole = JsonReference.Slice(json, "Items")!;
            for (var cut = 0; cut < whole.End; cut++)
            {
                var found = Find(json.AsSpan(0, cut));
                Assert.Equal(cut <= whole.Start ? -1 : whole.Start, found);
                if (found >= 0)
                    Assert.Throws<FormatException>(() => JsonSlicer.Skip(json.AsSpan(0, cut), found));
            }
        },
        iter: 50);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("[{\"Items\":[]}]")]
    [InlineData("\"Items\"")]
    [InlineData("<html>")]
    [InlineData("{\"Items\" []}")]
    [InlineData("{\"a\":{\"no end\":[1,\"Items\":[]}")]
    [InlineData("{\"Items")]
    [InlineData("{\"Items\\\":[]}")]
    [InlineData("{\"a\":")]
    public void Json_that_is_not_well_formed_where_it_is_read_is_refused(string json) =>
        Assert.Throws<FormatException>(() => JsonArrayFinder.Find(Encoding.UTF8.GetBytes(json), ["Items"]));

    private static int Find(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonArrayFinder.Find(json, ["Items"]);
        }
        catch (FormatException)
        {
            return -1;
        }
    }
}

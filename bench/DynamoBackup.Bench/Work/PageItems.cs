using DynamoBackup.Wire;

namespace DynamoBackup.Bench.Work;

/// <summary>Finds a page's items as the engine does.</summary>
internal static class PageItems
{
    public static List<JsonSlice> Slice(ReadOnlySpan<byte> page)
    {
        var slices = new List<JsonSlice>();
        Slice(page, slices);
        return slices;
    }

    public static void Slice(ReadOnlySpan<byte> page, List<JsonSlice> slices)
    {
        slices.Clear();
        JsonSlicer.SliceElements(page, JsonArrayFinder.Find(page, ["Items"]), slices);
    }
}

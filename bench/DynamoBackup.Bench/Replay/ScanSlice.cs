namespace DynamoBackup.Bench.Replay;

/// <summary>Which items answer a Scan: a run of one page's items, and whether more of the segment come.</summary>
/// <param name="Page">The page.</param>
/// <param name="First">The first item in it.</param>
/// <param name="Count">Number of items.</param>
/// <param name="More">Whether the response carries a key to go on from.</param>
internal readonly record struct ScanSlice(long Page, int First, int Count, bool More)
{
    /// <summary>Finds it. Segments are runs of pages, as equal as may be; with more segments than pages some are empty, as in a real small table.</summary>
    public static ScanSlice Of(ScanCall call, PageStore pages)
    {
        var begin = FirstPage(call.Segment) * pages.ItemsPerPage;
        var end = Math.Min(FirstPage(call.Segment + 1) * pages.ItemsPerPage, pages.Items);
        if (call.After is { } last && (last < begin || last >= end))
            throw DynamoRefusal.Invalid("The provided starting key is outside the range of the segment");
        var place = call.After + 1 ?? begin;
        if (place >= end)
            return new ScanSlice(0, 0, 0, More: false);
        var page = place / pages.ItemsPerPage;
        var first = (int)(place % pages.ItemsPerPage);
        var left = (int)(Math.Min((page + 1) * pages.ItemsPerPage, end) - place);
        // Where the limit ends a response, DynamoDB does not look whether more come.
        return call.Limit <= left ? new ScanSlice(page, first, call.Limit, More: true) : new ScanSlice(page, first, left, place + left < end);

        long FirstPage(int segment) => (long)(((UInt128)(ulong)segment * (ulong)pages.Pages + (ulong)call.TotalSegments - 1) / (ulong)call.TotalSegments);
    }
}

using System.Buffers;
using Crc32 = System.IO.Hashing.Crc32;

namespace DynamoBackup.Bench.Replay;

/// <summary>
/// The table's pages, built once. Beyond what may be held, a page is a copy of a held one in which every item gets its own key, so that a
/// table of any size has no key twice.
/// </summary>
internal sealed class PageStore
{
    private readonly ReplayPage[] _held;

    private PageStore(ReplayPage[] held, long items, int itemsPerPage) => (_held, Items, ItemsPerPage) = (held, items, itemsPerPage);

    /// <summary>Items of the table.</summary>
    public long Items { get; }

    /// <summary>Items of every page but the last.</summary>
    public int ItemsPerPage { get; }

    /// <summary>Pages of the table.</summary>
    public long Pages => (Items + ItemsPerPage - 1) / ItemsPerPage;

    /// <summary>Pages that are held.</summary>
    public int Held => _held.Length;

    /// <summary>Bytes of the table's items as JSON; beyond the held pages as many for each page.</summary>
    public long Bytes => _held.Length == 0 ? 0 : (long)(_held.Sum(page => (double)page.BodyLength) / _held.Sum(page => (double)page.Count) * Items);

    /// <summary>Builds the pages, on all processors; the same options give the same pages.</summary>
    public static PageStore Build(ReplayOptions options)
    {
        var itemsPerPage = (int)Math.Max(1, Math.Min(options.PageBytes / SampleItems.AverageBytes(options.Shape), Math.Max(1, options.Items)));
        var pages = (options.Items + itemsPerPage - 1) / itemsPerPage;
        var held = new ReplayPage[Math.Min(pages, Math.Max(1, options.HeldBytes / options.PageBytes))];
        // A copy of a page would be changed where that page is, not where its own items' numbers say.
        if (options.ChangedPercent > 0 && held.Length < pages)
            throw new ArgumentException("Items can be changed only where all pages are held; give more held bytes or fewer items.", nameof(options));
        Parallel.For(
            0, held.Length,
            () => new byte[(itemsPerPage * SampleItems.MaxBytes) + 256],
            (index, _, scratch) =>
            {
                var first = (long)index * itemsPerPage;
                held[index] = BuildPage(options, scratch, index, first, (int)Math.Min(itemsPerPage, options.Items - first));
                return scratch;
            },
            _ => { });
        return new PageStore(held, options.Items, itemsPerPage);
    }

    /// <summary>The page as it is held; null where it must be made from another one.</summary>
    public ReplayPage? Find(long page) => page < _held.Length ? _held[page] : null;

    /// <summary>Writes a part of a page's items as a response of its own, with their keys.</summary>
    /// <returns>A rented buffer and the response's length in it.</returns>
    public (byte[] Rented, int Length) Write(ScanSlice slice)
    {
        var (page, first, count, more) = slice;
        var source = _held[page % _held.Length];
        var place = (page * ItemsPerPage) + first;
        var head = PageText.Head(count);
        var tail = more ? PageText.More(count, place + count - 1) : PageText.End(count);
        var (start, end) = (source.Starts[first], source.Starts[first + count] - 1);
        var length = head.Length + end - start + tail.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        head.CopyTo(buffer, 0);
        source.Response.AsSpan(start, end - start).CopyTo(buffer.AsSpan(head.Length));
        tail.CopyTo(buffer, length - tail.Length);
        if (page >= _held.Length)
        {
            for (var index = 0; index < count; index++)
                ReplayKey.WriteDigits(buffer.AsSpan(head.Length + source.Keys[first + index] - start), place + index);
        }

        return (buffer, length);
    }

    private static ReplayPage BuildPage(ReplayOptions options, byte[] scratch, int page, long firstPlace, int count)
    {
        var random = new XorShift(options.Seed, (ulong)page);
        var head = PageText.Head(count);
        head.CopyTo(scratch, 0);
        var length = head.Length;
        var starts = new int[count + 1];
        var keys = new int[count];
        for (var index = 0; index < count; index++)
        {
            starts[index] = length;
            var writer = new ItemWriter(scratch.AsSpan(length), ref random);
            SampleItems.Write(options.Shape, ref writer, firstPlace + index);
            if (options.IsChanged(firstPlace + index))
                writer.Change();
            keys[index] = length + writer.KeyOffset;
            length += writer.Length;
            scratch[length++] = (byte)',';
        }

        starts[count] = length;
        // The last item's comma is where the tail begins.
        var bodyLength = length - 1;
        var more = PageText.More(count, firstPlace + count - 1);
        var end = PageText.End(count);
        var response = GC.AllocateUninitializedArray<byte>(bodyLength + more.Length, pinned: true);
        scratch.AsSpan(0, bodyLength).CopyTo(response);
        more.CopyTo(response, bodyLength);

        var crc = new Crc32();
        crc.Append(response.AsSpan(0, bodyLength));
        var endCrc = crc.Clone();
        crc.Append(more);
        endCrc.Append(end);
        return new ReplayPage
        {
            Response = response,
            BodyLength = bodyLength,
            MoreCrc = crc.GetCurrentHashAsUInt32(),
            EndTail = end,
            EndCrc = endCrc.GetCurrentHashAsUInt32(),
            Starts = starts,
            Keys = keys,
        };
    }
}

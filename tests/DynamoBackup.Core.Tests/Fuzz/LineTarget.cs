using System.Text;
using System.Text.Json;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Segments;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>
/// The line reader, fed in pieces: it finds the lines that splitting finds. What is then taken for an item's line is one JSON object with one
/// member, <c>Item</c>, and that is the item.
/// </summary>
internal sealed class LineTarget : FuzzTarget
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };
    private readonly CanonicalItem _item = new();

    public override IReadOnlyList<byte[]> Corpus { get; } =
    [
        .. FuzzItems.All.Where(item => item.Length < 1_500).Chunk(4).Select((items, number) => Encoding.UTF8.GetBytes(string.Concat(items.Select(item =>
            (number % 3 == 0 ? "{ \"Item\" : " : "{\"Item\":") + Encoding.UTF8.GetString(item) + (number % 3 == 0 ? " }" : "}") + (number % 5 == 0 ? "\r\n" : "\n"))))),
        "{\"Item\":{\"Id\":{\"N\":\"1\"}}}"u8.ToArray(),
        "\n\n{\"Item\":{}}\n"u8.ToArray(),
    ];

    public override IReadOnlyList<byte[]> Words { get; } = [.. FuzzItems.Words, .. BytesOf("\n", "\r\n", "\r", "\n\n", "{\"Item\":{", "{\"Item\":{}}\n", "},\"Item\":{", "}} {\"Item\":{}}")];

    /// <summary>The reader's own buffers of 256 KiB, and the reference's.</summary>
    public override long FixedAllocation => 32 << 20;

    public override bool Read(byte[] input, Random random)
    {
        var lines = new LineReader(new ChoppedStream(input, random.Next(), random.Next(2) == 0 ? 7 : 10_000));
        var rest = input.AsMemory();
        var all = true;
        while (lines.FillAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
        {
            while (lines.TryRead(out var line))
            {
                if (rest.IsEmpty)
                    throw new InvalidDataException("More lines were found than there are.");
                var feed = rest.Span.IndexOf((byte)'\n');
                var expected = feed < 0 ? rest : rest[..feed];
                rest = feed < 0 ? default : rest[(feed + 1)..];
                if (expected.Span is [.., (byte)'\r'])
                    expected = expected[..^1];
                if (!line.Span.SequenceEqual(expected.Span))
                    throw new InvalidDataException($"Line {lines.LineNumber} was cut otherwise than it stands there.");
                all &= line.Length == 0 || IsEqualItem(line);
            }
        }

        return rest.IsEmpty ? all : throw new InvalidDataException($"{rest.Length} bytes belong to no line.");
    }

    private bool IsEqualItem(ReadOnlyMemory<byte> line)
    {
        JsonSlice slice;
        try
        {
            slice = ItemLine.FindItem(line.Span);
        }
        catch (InvalidItemException)
        {
            return false;
        }

        var item = line.Slice(slice.Start, slice.Length);
        if (!ItemTarget.IsEqualItem(_item, item))
            return false;
        using var document = JsonDocument.Parse(line, Deep);
        var member = document.RootElement.EnumerateObject().Single();
        return member.NameEquals("Item") && member.Value.GetRawText() == Encoding.UTF8.GetString(item.Span).TrimEnd(' ')
            ? true
            : throw new InvalidDataException("The line's item is another one to the framework.");
    }
}

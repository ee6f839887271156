using System.Text;
using System.Text.Json;
using DynamoBackup.Core.Tests.Wire;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>The page slicer: in what is JSON to the framework it finds the same array and elements, in all else a format exception or places inside.</summary>
internal sealed class SliceTarget : FuzzTarget
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 512 };
    private readonly List<JsonSlice> _elements = [];

    public override IReadOnlyList<byte[]> Corpus { get; } =
    [
        .. FuzzItems.All.Chunk(7).Select((items, number) => Encoding.UTF8.GetBytes(
            $$$"""{"Count":{{{items.Length}}},"Items":[{{{string.Join(number % 2 == 0 ? "," : " ,\n ", items.Select(Encoding.UTF8.GetString))}}}],"LastEvaluatedKey":{"Id":{"S":"]}\"{["}},"ScannedCount":{{{items.Length}}}}""")),
        """{"Items":[],"Count":0,"ScannedCount":0}"""u8.ToArray(),
        """{ "ConsumedCapacity" : [ {"Items":[1]} ] , "Items" : [ {"a":"\\\\\\\""} , [ ] , 1, "x" ] }"""u8.ToArray(),
    ];

    public override IReadOnlyList<byte[]> Words { get; } = [.. FuzzItems.Words, .. BytesOf("\"Items\":[", "\"Items\":", "\"Count\":1,", "\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\", new string('\\', 63), new string(' ', 61))];

    public override bool Read(byte[] input, Random random)
    {
        var (start, end) = Slice(input);
        if (!IsJson(input))
            return false;
        var expected = Reference(input);
        if (start != (expected?.Start ?? -1) || end != (expected?.End ?? -1) || (expected is not null && !expected.Elements.SequenceEqual(_elements)))
            throw new InvalidDataException($"The array was found at {start} to {end} with {_elements.Count} elements; the framework finds {expected?.Start} to {expected?.End} with {expected?.Elements.Count}.");
        return true;
    }

    private (int Start, int End) Slice(byte[] input)
    {
        _elements.Clear();
        int start;
        try
        {
            start = JsonArrayFinder.Find(input, ["Items"]);
            if (start < 0)
                return (-1, -1);
            var end = JsonSlicer.SliceElements(input, start, _elements);
            if (start >= input.Length || end <= start || end > input.Length)
                throw new InvalidDataException($"The array lies from {start} to {end} in {input.Length} bytes.");
            RequireInside(start, end);
            return (start, end);
        }
        catch (FormatException)
        {
            RequireInside(0, input.Length);
            return (-2, -2);
        }
    }

    private void RequireInside(int start, int end)
    {
        var behind = start;
        foreach (var element in _elements)
        {
            if (element.Start < behind || element.Length < 2 || element.End > end)
                throw new InvalidDataException($"An element lies at {element.Start} with {element.Length} bytes.");
            behind = element.End;
        }
    }

    private static bool IsJson(byte[] input)
    {
        var reader = new Utf8JsonReader(input, Deep);
        try
        {
            var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read())
            {
                // A name that is spelled with escapes is not looked for: DynamoDB writes none.
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    isObject &= !reader.ValueTextEquals("Items");
            }

            return isObject;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static SlicedArray? Reference(byte[] input) => JsonReference.Slice(input, "Items");
}

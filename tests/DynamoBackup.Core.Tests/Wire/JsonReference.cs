using System.Text.Json;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>What the slicer must find, found by the framework's own reader.</summary>
internal static class JsonReference
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 512 };

    /// <summary>Finds the array at a path and the objects and arrays directly in it; null where there is no such array.</summary>
    public static SlicedArray? Slice(ReadOnlySpan<byte> json, params ReadOnlySpan<string> path)
    {
        var reader = new Utf8JsonReader(json, Deep);
        reader.Read();
        foreach (var name in path)
        {
            if (!MoveTo(ref reader, name))
                return null;
        }

        return reader.TokenType == JsonTokenType.StartArray ? Slice(ref reader) : null;
    }

    /// <summary>The offset just behind the value that the JSON begins with.</summary>
    public static int EndOfFirst(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: true, new JsonReaderState(Deep));
        reader.Read();
        reader.Skip();
        return (int)reader.BytesConsumed;
    }

    private static bool MoveTo(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = name == JsonArrayFinder.AnyName || reader.ValueTextEquals(name);
            reader.Read();
            if (found)
                return true;
            reader.Skip();
        }

        return false;
    }

    private static SlicedArray Slice(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        var elements = new List<JsonSlice>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var elementStart = (int)reader.TokenStartIndex;
            var counts = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            reader.Skip();
            if (counts)
                elements.Add(new JsonSlice(elementStart, (int)reader.BytesConsumed - elementStart));
        }

        return new SlicedArray(start, (int)reader.BytesConsumed, elements);
    }
}

/// <summary>An array in a JSON text.</summary>
/// <param name="Start">Offset of its bracket.</param>
/// <param name="End">Offset just behind its closing bracket.</param>
/// <param name="Elements">The objects and arrays in it.</param>
internal sealed record SlicedArray(int Start, int End, IReadOnlyList<JsonSlice> Elements);

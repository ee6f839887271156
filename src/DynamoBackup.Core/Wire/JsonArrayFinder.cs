using System.Buffers;

namespace DynamoBackup.Wire;

/// <summary>Finds an array by its path of property names in a JSON object, passing over everything else.</summary>
public static class JsonArrayFinder
{
    /// <summary>Stands in a path for the first property, whatever its name (a table's name, where a request names one table).</summary>
    public const string AnyName = "*";

    private static readonly SearchValues<byte> ScalarEnds = SearchValues.Create(",}] \t\r\n"u8);

    /// <summary>Finds the array at a path.</summary>
    /// <param name="json">A UTF-8 JSON object.</param>
    /// <param name="path">Property names from the outermost object inward.</param>
    /// <returns>The offset of the array's opening bracket; -1 where there is no such array.</returns>
    /// <exception cref="FormatException">The JSON is not an object, or not well-formed where it had to be read.</exception>
    public static int Find(ReadOnlySpan<byte> json, ReadOnlySpan<string> path)
    {
        var position = SkipSpace(json, 0);
        if (position >= json.Length || json[position] != (byte)'{')
            throw new FormatException("The JSON is not an object.");
        foreach (var name in path)
        {
            if (position >= json.Length || json[position] != (byte)'{')
                return -1;
            position = FindProperty(json, position, name);
            if (position < 0)
                return -1;
        }

        return position < json.Length && json[position] == (byte)'[' ? position : -1;
    }

    /// <summary>Passes over one JSON value of any kind.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="start">Offset of the value's first byte.</param>
    /// <returns>The offset just behind the value.</returns>
    /// <exception cref="FormatException">The value does not end.</exception>
    public static int SkipValue(ReadOnlySpan<byte> json, int start)
    {
        if (start >= json.Length)
            throw new FormatException("A JSON value is missing.");
        switch (json[start])
        {
            case (byte)'{' or (byte)'[':
                return JsonSlicer.Skip(json, start);
            case (byte)'"':
                return SkipString(json, start);
            default:
                var length = json[start..].IndexOfAny(ScalarEnds);
                return length < 0 ? json.Length : start + length;
        }
    }

    private static int FindProperty(ReadOnlySpan<byte> json, int start, string wanted)
    {
        var position = SkipSpace(json, start + 1);
        while (position < json.Length && json[position] == (byte)'"')
        {
            var nameEnd = SkipString(json, position);
            var name = json[(position + 1)..(nameEnd - 1)];
            position = SkipSpace(json, nameEnd);
            if (position >= json.Length || json[position] != (byte)':')
                throw new FormatException("A colon is missing behind a JSON property name.");
            position = SkipSpace(json, position + 1);
            if (wanted == AnyName || Matches(name, wanted))
                return position;
            position = SkipSpace(json, SkipValue(json, position));
            if (position < json.Length && json[position] == (byte)',')
                position = SkipSpace(json, position + 1);
        }

        return -1;
    }

    private static bool Matches(ReadOnlySpan<byte> name, string wanted)
    {
        if (name.Length != wanted.Length)
            return false;
        for (var index = 0; index < name.Length; index++)
        {
            if (name[index] != wanted[index])
                return false;
        }

        return true;
    }

    private static int SkipString(ReadOnlySpan<byte> json, int start)
    {
        var position = start + 1;
        while (position < json.Length)
        {
            var next = json[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
                break;
            position += next + 1;
            if (json[position - 1] == (byte)'"')
                return position;
            position++;
        }

        throw new FormatException("A JSON string does not end.");
    }

    private static int SkipSpace(ReadOnlySpan<byte> json, int start)
    {
        while (start < json.Length && json[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            start++;
        return start;
    }
}

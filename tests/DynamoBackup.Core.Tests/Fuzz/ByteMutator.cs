namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>Damages bytes as accidents and enemies do: flips, cuts, doubles, joins, and words that mean something to the reader.</summary>
internal sealed class ByteMutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> words)
{
    private const int MostBytes = 64 * 1024;
    private static readonly byte[] Telling = "\"\\{}[]:,SNBML0123456789eE+-.=u/ \n\r\t\0\u007f"u8.ToArray();

    /// <summary>One input. The same random numbers give the same bytes.</summary>
    /// <param name="random">Where its choices come from.</param>
    /// <param name="pristine">Whether nothing was changed.</param>
    public byte[] Next(Random random, out bool pristine)
    {
        var bytes = corpus[random.Next(corpus.Count)];
        pristine = random.Next(24) == 0;
        if (pristine)
            return [.. bytes];
        // Mostly little damage: what is torn to shreds is refused at its first byte.
        for (var changes = 1 + (random.Next(3) == 0 ? random.Next(8) : 0); changes > 0; changes--)
            bytes = Change(bytes, random);
        return bytes.Length <= MostBytes ? bytes : bytes[..MostBytes];
    }

    private byte[] Change(byte[] bytes, Random random)
    {
        var place = random.Next(bytes.Length + 1);
        var length = Math.Min(random.Next(4) == 0 ? random.Next(200) : random.Next(8), bytes.Length - place);
        switch (random.Next(11))
        {
            case 0 when place < bytes.Length:
                return With(bytes, place, (byte)(bytes[place] ^ 1 << random.Next(8)));
            case 1 when place < bytes.Length:
                return With(bytes, place, (byte)random.Next(256));
            case 2 or 3 when place < bytes.Length:
                return With(bytes, place, Telling[random.Next(Telling.Length)]);
            case 4:
                return Splice(bytes, place, 0, [Telling[random.Next(Telling.Length)]]);
            case 5:
                return Splice(bytes, place, length, []);
            case 6:
                return Splice(bytes, place, 0, bytes.AsSpan(place, length));
            case 7:
                return bytes[..place];
            case 8 when words.Count > 0:
                return Splice(bytes, place, random.Next(2) == 0 ? length : 0, words[random.Next(words.Count)]);
            case 9:
                var other = corpus[random.Next(corpus.Count)];
                return [.. bytes.AsSpan(0, place), .. other.AsSpan(random.Next(other.Length + 1))];
            case 10 when random.Next(40) == 0:
                // What nests or runs on without an end.
                return Splice(bytes, place, 0, Repeat(words.Count > 0 ? words[random.Next(words.Count)] : "["u8.ToArray(), random.Next(1, 5_000)));
            default:
                var moved = bytes.AsSpan(place, length).ToArray();
                return Splice(Splice(bytes, place, length, []), random.Next(bytes.Length - length + 1), 0, moved);
        }
    }

    private static byte[] With(byte[] bytes, int place, byte value)
    {
        var changed = (byte[])bytes.Clone();
        changed[place] = value;
        return changed;
    }

    private static byte[] Splice(byte[] bytes, int place, int removed, ReadOnlySpan<byte> added) =>
        [.. bytes.AsSpan(0, place), .. added, .. bytes.AsSpan(place + removed)];

    private static byte[] Repeat(byte[] word, int count)
    {
        var bytes = new byte[Math.Min(word.Length * count, MostBytes)];
        for (var index = 0; index < bytes.Length; index++)
            bytes[index] = word[index % word.Length];
        return bytes;
    }
}

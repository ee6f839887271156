namespace DynamoBackup.Items;

/// <summary>Numbers of lines of one file, a bit for each line: of a hundred million items it takes 12 MB.</summary>
internal sealed class LineSet
{
    private ulong[] _words = [];

    /// <summary>Adds a line.</summary>
    public void Add(long line)
    {
        var word = checked((int)(line / 64));
        if (word >= _words.Length)
            Array.Resize(ref _words, Math.Max(word + 1, _words.Length * 2));
        _words[word] |= 1UL << (int)(line % 64);
    }

    /// <summary>Whether a line is among them.</summary>
    public bool Contains(long line) => line / 64 < _words.Length && (_words[line / 64] & (1UL << (int)(line % 64))) != 0;
}

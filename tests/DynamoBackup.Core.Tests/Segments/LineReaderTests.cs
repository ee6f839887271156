using System.Text;
using CsCheck;
using DynamoBackup.Segments;

namespace DynamoBackup.Core.Tests.Segments;

public sealed class LineReaderTests
{
    private static readonly Gen<string> Text = Gen.Frequency(
        (4, Gen.OneOfConst("a", "é", "🔑", "{\"Item\":{}}", " ", "\t", "\0")),
        (4, Gen.OneOfConst("\n", "\r\n", "\n\n", "\r", "\r\r\n")),
        (1, Gen.Int[1, 5_000].Select(length => new string('x', length)))).Array[0, 60].Select(string.Concat<string>);

    [Fact]
    public async Task However_the_bytes_arrive_the_lines_are_the_same() => await Gen.Select(Text, Gen.Int).SampleAsync(
        async (text, seed) =>
        {
            var reader = new LineReader(new ChoppedStream(Encoding.UTF8.GetBytes(text), seed, most: 700));
            Assert.Equal(LinesOf(text), await ReadAsync(reader));
            Assert.Equal(LinesOf(text).Length, reader.LineNumber);
            Assert.Equal(Encoding.UTF8.GetByteCount(text), reader.BytesRead);
        },
        iter: 2_000);

    [Theory]
    [InlineData("", 0)]
    [InlineData("\n", 1)]
    [InlineData("a", 1)]
    [InlineData("a\n", 1)]
    [InlineData("a\n\n", 2)]
    [InlineData("a\r\nb", 2)]
    [InlineData("\r\n\r\n", 2)]
    public async Task A_line_feed_ends_a_line_and_begins_none(string text, int lines)
    {
        var read = await ReadAsync(new LineReader(new MemoryStream(Encoding.UTF8.GetBytes(text))));
        Assert.Equal(lines, read.Count);
        Assert.DoesNotContain(read, line => line.Contains('\r', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lines_longer_than_any_buffer_to_begin_with_are_read_between_short_ones()
    {
        var text = $"short\n{new string('a', 300_000)}\nshort\n{new string('b', 3_000_000)}\nlast";
        var read = await ReadAsync(new LineReader(new ChoppedStream(Encoding.UTF8.GetBytes(text), 1, most: 200_000)));
        Assert.Equal(text.Split('\n'), read);
    }

    [Fact]
    public async Task A_line_as_long_as_the_limit_allows_is_read()
    {
        var bytes = new byte[LineReader.MaxLineBytes];
        bytes[^1] = (byte)'\n';
        var reader = new LineReader(new MemoryStream(bytes));
        var lengths = new List<int>();
        while (await reader.FillAsync(TestContext.Current.CancellationToken))
        {
            while (reader.TryRead(out var line))
                lengths.Add(line.Length);
        }

        Assert.Equal([LineReader.MaxLineBytes - 1], lengths);
    }

    [Fact]
    public async Task A_line_beyond_the_limit_is_refused_with_its_number_and_the_limit()
    {
        var endless = new EndlessStream("first\nsecond\nx"u8.ToArray());
        var reader = new LineReader(endless);
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => ReadAsync(reader));
        Assert.Equal(BackupErrorCode.InvalidItem, exception.Code);
        Assert.Contains("Line 3 is longer than 16,777,216 bytes", exception.Message, StringComparison.Ordinal);
        // Memory is bounded: not much more than the limit was ever asked for.
        Assert.InRange(endless.Given, LineReader.MaxLineBytes, LineReader.MaxLineBytes + 1_000_000L);
    }

    private static async Task<List<string>> ReadAsync(LineReader reader)
    {
        var lines = new List<string>();
        while (await reader.FillAsync(TestContext.Current.CancellationToken))
        {
            while (reader.TryRead(out var line))
                lines.Add(Encoding.UTF8.GetString(line.Span));
        }

        Assert.False(reader.TryRead(out _));
        return lines;
    }

    private static string[] LinesOf(string text)
    {
        var lines = text.Split('\n');
        if (lines[^1].Length == 0)
            lines = lines[..^1];
        return [.. lines.Select(line => line.EndsWith('\r') ? line[..^1] : line)];
    }
}

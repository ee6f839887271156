using System.Buffers.Text;

namespace DynamoBackup.Bench.Replay;

/// <summary>Writes items as DynamoDB JSON, straight into a buffer: a million a second must come out of it.</summary>
/// <param name="buffer">Where to; large enough for the largest item.</param>
/// <param name="random">Where the samples come from.</param>
internal ref struct ItemWriter(Span<byte> buffer, ref XorShift random)
{
    private const string Base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private readonly Span<byte> _buffer = buffer;
    private readonly ref XorShift _random = ref random;

    // Where the first text begins whose first letter may be of either case; items of every shape have one.
    private int _textOffset;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Where the key's digits are.</summary>
    public int KeyOffset { get; private set; }

    /// <summary>The samples' source.</summary>
    public readonly ref XorShift Random => ref _random;

    /// <summary>Writes bytes as they are.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer[Length..]);
        Length += bytes.Length;
    }

    /// <summary>Writes the key attribute of the item at a place.</summary>
    public void Key(long place)
    {
        Raw("\"Id\":{\"S\":\""u8);
        Raw(ReplayKey.Prefix);
        KeyOffset = Length;
        ReplayKey.WriteDigits(_buffer[Length..], place);
        Length += ReplayKey.Digits;
        Raw("\"}"u8);
    }

    /// <summary>Writes one of some words.</summary>
    public void Pick(byte[][] words) => Raw(words[_random.Next(words.Length)]);

    /// <summary>Writes a whole number.</summary>
    public void Number(int number)
    {
        Utf8Formatter.TryFormat(number, _buffer[Length..], out var written);
        Length += written;
    }

    /// <summary>Writes a number with leading zeros.</summary>
    public void Padded(int number, byte digits)
    {
        Utf8Formatter.TryFormat(number, _buffer[Length..], out var written, new System.Buffers.StandardFormat('D', digits));
        Length += written;
    }

    /// <summary>Writes an amount with two places, in DynamoDB's normal form: without zeros at the end.</summary>
    public void Amount(int most)
    {
        Number(_random.Between(1, most));
        var cents = _random.Next(100);
        if (cents == 0)
            return;
        Raw("."u8);
        if (cents % 10 == 0)
            Number(cents / 10);
        else
            Padded(cents, 2);
    }

    /// <summary>Writes an ISO 8601 time.</summary>
    public void Time()
    {
        Number(_random.Between(2019, 2026));
        Raw("-"u8);
        Padded(_random.Between(1, 12), 2);
        Raw("-"u8);
        Padded(_random.Between(1, 28), 2);
        Raw("T"u8);
        Padded(_random.Next(24), 2);
        Raw(":"u8);
        Padded(_random.Next(60), 2);
        Raw(":"u8);
        Padded(_random.Next(60), 2);
        Raw("Z"u8);
    }

    /// <summary>Writes an e-mail address.</summary>
    public void Email()
    {
        MarkText();
        Pick(SampleWords.FirstNames);
        Raw("."u8);
        Pick(SampleWords.LastNames);
        Number(_random.Next(1000));
        Raw("@"u8);
        Pick(SampleWords.Domains);
    }

    /// <summary>Writes a first and a last name.</summary>
    public void Person()
    {
        Pick(SampleWords.FirstNames);
        Raw(" "u8);
        Pick(SampleWords.LastNames);
    }

    /// <summary>Writes prose of an exact length.</summary>
    public void Prose(int length)
    {
        MarkText();
        var end = Length + length;
        while (Length < end)
        {
            var word = SampleWords.Words[_random.Next(SampleWords.Words.Length)].AsSpan();
            Raw(word[..Math.Min(word.Length, end - Length)]);
            if (Length < end)
                Raw(" "u8);
        }
    }

    /// <summary>Writes a binary value's Base64, without padding in it.</summary>
    /// <param name="triples">Bytes of the value, in threes.</param>
    public void Binary(int triples)
    {
        for (var index = 0; index < triples; index++)
        {
            var bits = _random.Next();
            for (var part = 0; part < 4; part++, bits >>= 6)
                _buffer[Length++] = (byte)Base64[(int)(bits & 63)];
        }
    }

    /// <summary>Closes an item with an attribute of prose that brings it to a length; without it where there is no room.</summary>
    public void Finish(int length)
    {
        var room = length - Length - ",\"Note\":{\"S\":\"\"}}"u8.Length;
        if (room > 0)
        {
            Raw(",\"Note\":{\"S\":\""u8);
            Prose(room);
            Raw("\"}"u8);
        }

        Raw("}"u8);
    }

    /// <summary>Makes the item another one of the same length: a letter of it changes its case.</summary>
    public readonly void Change()
    {
        if (_textOffset == 0)
            throw new InvalidOperationException("The item has no text to change.");
        _buffer[_textOffset] ^= 0x20;
    }

    private void MarkText()
    {
        if (_textOffset == 0)
            _textOffset = Length;
    }
}

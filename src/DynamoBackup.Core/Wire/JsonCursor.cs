using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace DynamoBackup.Wire;

/// <summary>Reads JSON tokens off UTF-8 bytes, strictly by RFC 8259.</summary>
internal ref struct JsonCursor(ReadOnlySpan<byte> json)
{
    private readonly ReadOnlySpan<byte> _json = json;

    /// <summary>What is read.</summary>
    public readonly ReadOnlySpan<byte> Json => _json;

    /// <summary>Offset of the next byte.</summary>
    public int Position;

    /// <summary>The next byte that is not white space, without taking it; 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte Peek()
    {
        if (Position < _json.Length && _json[Position] > (byte)' ')
            return _json[Position];
        while (Position < _json.Length && _json[Position] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            Position++;
        return Position < _json.Length ? _json[Position] : (byte)0;
    }

    /// <summary>Takes the next byte that is not white space, which must be this one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Expect(byte token)
    {
        if (Peek() != token)
            throw Unexpected($"'{(char)token}'");
        Position++;
    }

    /// <summary>Takes the next byte where it is this one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(byte token)
    {
        if (Peek() != token)
            return false;
        Position++;
        return true;
    }

    /// <summary>Takes a word such as <c>true</c>.</summary>
    public bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        Peek();
        if (!_json[Position..].StartsWith(word))
            return false;
        Position += word.Length;
        return true;
    }

    /// <summary>Takes a string and returns its bytes between the quotes, still escaped where <paramref name="escaped"/> says so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> TakeString(out bool escaped)
    {
        Expect((byte)'"');
        var start = Position;
        var end = FindShortEnd(start, out _);
        if (end < 0)
            return TakeLongString(start, out escaped);
        Position = end + 1;
        escaped = false;
        return _json[start..end];
    }

    /// <summary>Takes the beginning of a value of a type with a short name, as DynamoDB writes it: <c>{"S":</c>.</summary>
    /// <returns>The type's letter; 0 where something else stands here, and then nothing is taken.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte TryTakeType()
    {
        const int Length = 5;
        const ulong Fixed = 0x3a_22_00_22_7b;
        const ulong FixedMask = 0xff_ff_00_ff_ff;
        if (_json.Length - Position < sizeof(ulong))
            return 0;
        var head = BinaryPrimitives.ReadUInt64LittleEndian(_json[Position..]);
        if ((head & FixedMask) != Fixed)
            return 0;
        Position += Length;
        return (byte)(head >> 16);
    }

    /// <summary>Takes a string that is short and has no escapes, and writes it with its length in front.</summary>
    /// <returns>Its length in bytes; -1 where the string is another one, and then nothing is taken.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TryCopyShortString(CanonicalBuffer buffer)
    {
        if (Peek() != (byte)'"')
            return -1;
        var start = Position + 1;
        var end = FindShortEnd(start, out var text);
        if (end < 0)
            return -1;
        buffer.AddShortString(text, end - start);
        Position = end + 1;
        return end - start;
    }

    /// <summary>Finds the quote that ends a string, where it lies within one vector (names and most values do) and no backslash is before it.</summary>
    /// <returns>Its offset; -1 where that is not so.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int FindShortEnd(int start, out Vector256<byte> text)
    {
        text = default;
        if (_json.Length - start < Vector256<byte>.Count)
            return -1;
        text = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(_json), (nuint)start);
        var ends = (Vector256.Equals(text, Vector256.Create((byte)'"')) | Vector256.Equals(text, Vector256.Create((byte)'\\'))).ExtractMostSignificantBits();
        var end = start + BitOperations.TrailingZeroCount(ends);
        return ends != 0 && _json[end] == (byte)'"' ? end : -1;
    }

    private ReadOnlySpan<byte> TakeLongString(int start, out bool escaped)
    {
        var rest = _json[start..];
        var length = rest.IndexOfAny((byte)'"', (byte)'\\');
        escaped = length >= 0 && rest[length] == (byte)'\\';
        while (length >= 0 && rest[length] == (byte)'\\')
        {
            var behind = length + 2;
            var next = behind <= rest.Length ? rest[behind..].IndexOfAny((byte)'"', (byte)'\\') : -1;
            length = next < 0 ? -1 : behind + next;
        }

        if (length < 0)
            throw new InvalidItemException("A string does not end", start);
        Position = start + length + 1;
        return rest[..length];
    }

    /// <summary>Adds a string's characters to the buffer as UTF-8.</summary>
    /// <param name="text">What <see cref="TakeString"/> returned, with <c>escaped</c> true.</param>
    /// <param name="buffer">Receives the characters.</param>
    public readonly void Unescape(ReadOnlySpan<byte> text, CanonicalBuffer buffer)
    {
        while (true)
        {
            var next = text.IndexOf((byte)'\\');
            if (next < 0)
            {
                buffer.Add(text);
                return;
            }

            buffer.Add(text[..next]);
            text = text[(next + 1)..];
            if (text.IsEmpty)
                throw new InvalidItemException("An escape in a string is cut", Position);
            var taken = 1;
            switch (text[0])
            {
                case (byte)'"': buffer.Add((byte)'"'); break;
                case (byte)'\\': buffer.Add((byte)'\\'); break;
                case (byte)'/': buffer.Add((byte)'/'); break;
                case (byte)'b': buffer.Add((byte)'\b'); break;
                case (byte)'f': buffer.Add((byte)'\f'); break;
                case (byte)'n': buffer.Add((byte)'\n'); break;
                case (byte)'r': buffer.Add((byte)'\r'); break;
                case (byte)'t': buffer.Add((byte)'\t'); break;
                case (byte)'u': taken = UnescapeUnicode(text, buffer); break;
                default: throw new InvalidItemException("A string holds an unknown escape", Position);
            }

            text = text[taken..];
        }
    }

    /// <summary>An exception that says what stands here instead of what must.</summary>
    public readonly InvalidItemException Unexpected(string wanted) => new(
        Position < _json.Length ? $"Expected {wanted}, found '{(_json[Position] is > 32 and < 127 ? ((char)_json[Position]).ToString() : $"0x{_json[Position]:x2}")}'" : $"Expected {wanted}, found the end",
        Position);

    private readonly int UnescapeUnicode(ReadOnlySpan<byte> text, CanonicalBuffer buffer)
    {
        var first = HexUnit(text, 1);
        var taken = 5;
        if (!Rune.TryCreate(first, out var rune))
        {
            if (!char.IsHighSurrogate(first) || text.Length < 7 || text[5] != (byte)'\\' || text[6] != (byte)'u'
                || !Rune.TryCreate(first, HexUnit(text, 7), out rune))
                throw new InvalidItemException("A string holds half a surrogate pair", Position);
            taken = 11;
        }

        buffer.Claim(rune.EncodeToUtf8(buffer.Reserve(4)));
        return taken;
    }

    private readonly char HexUnit(ReadOnlySpan<byte> text, int start)
    {
        var value = 0;
        for (var index = start; index < start + 4; index++)
        {
            var digit = index >= text.Length ? -1 : text[index] switch
            {
                >= (byte)'0' and <= (byte)'9' => text[index] - '0',
                >= (byte)'a' and <= (byte)'f' => text[index] - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => text[index] - 'A' + 10,
                _ => -1,
            };
            if (digit < 0)
                throw new InvalidItemException("A \\u escape lacks four hexadecimal digits", Position);
            value = value << 4 | digit;
        }

        return (char)value;
    }
}

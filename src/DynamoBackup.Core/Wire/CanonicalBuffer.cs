using System.Runtime.CompilerServices;

namespace DynamoBackup.Wire;

/// <summary>A byte buffer that grows and is used again for the next item.</summary>
internal sealed class CanonicalBuffer
{
    private byte[] _bytes = new byte[16 * 1024];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Forgets what was written from an offset on.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>A part of what was written, to change in place.</summary>
    public Span<byte> Range(int start, int length) => _bytes.AsSpan(start, length);

    /// <summary>Adds one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(byte value)
    {
        if (Length == _bytes.Length)
            Grow(1);
        _bytes[Length++] = value;
    }

    /// <summary>Adds bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Adds an unsigned LEB128 number: 7 bits a byte, least significant first, high bit set on all but the last.</summary>
    public void AddCount(uint value)
    {
        while (value >= 0x80)
        {
            Add((byte)(value | 0x80));
            value >>= 7;
        }

        Add((byte)value);
    }

    /// <summary>Room for bytes to come, to be claimed by <see cref="Claim"/>.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
            Grow(count);
        return _bytes.AsSpan(Length, count);
    }

    /// <summary>Takes reserved bytes as written.</summary>
    public void Claim(int count) => Length += count;

    private void Grow(int needed) => Array.Resize(ref _bytes, checked(Math.Max(_bytes.Length * 2, Length + needed)));
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DynamoBackup.Wire;

/// <summary>A byte buffer that grows and is used again for the next item. Behind what is written there is always room for one more vector.</summary>
internal sealed class CanonicalBuffer
{
    private const int Spare = 32;
    private byte[] _bytes = new byte[16 * 1024];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>All of the buffer, to write behind what is written.</summary>
    public Span<byte> All => _bytes;

    /// <summary>Forgets what was written from an offset on.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Adds one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(byte value)
    {
        if (Length >= _bytes.Length - Spare)
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

    /// <summary>Adds a short string with its length in front.</summary>
    /// <param name="text">A vector that begins with the string.</param>
    /// <param name="length">The string's length, at most that of the vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddShortString(Vector256<byte> text, int length)
    {
        Reserve(1 + Spare);
        _bytes[Length] = (byte)length;
        text.StoreUnsafe(ref _bytes[Length + 1]);
        Length += length + 1;
    }

    /// <summary>Adds bytes that were written before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddFrom(CanonicalBuffer source, int start, int length)
    {
        if (length > Spare)
        {
            Add(source._bytes.AsSpan(start, length));
            return;
        }

        // Most pieces are short: one load and one store, whatever their length, cost less than a call that moves so many bytes.
        Reserve(Spare);
        Vector256.LoadUnsafe(ref source._bytes[start]).StoreUnsafe(ref _bytes[Length]);
        Length += length;
    }

    /// <summary>The eight bytes from an offset on as a big-endian number, whatever lies behind what is written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Peek(int start) => BinaryPrimitives.ReadUInt64BigEndian(_bytes.AsSpan(start, sizeof(ulong)));

    /// <summary>Adds an unsigned LEB128 number: 7 bits a byte, least significant first, high bit set on all but the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count + Spare)
            Grow(count);
        return _bytes.AsSpan(Length, count);
    }

    /// <summary>Takes reserved bytes as written.</summary>
    public void Claim(int count) => Length += count;

    private void Grow(int needed) => Array.Resize(ref _bytes, checked(Math.Max(_bytes.Length * 2, Length + needed + Spare)));
}

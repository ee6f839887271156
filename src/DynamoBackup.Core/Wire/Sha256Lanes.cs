using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DynamoBackup.Wire;

/// <summary>
/// SHA-256 (FIPS 180-4) of eight messages of one length in blocks, side by side, one in each lane of a vector. The framework's takes longer to
/// begin and end than to hash an item, and this has no such cost. Only where vectors are as wide as that; elsewhere the framework's is used.
/// </summary>
internal static class Sha256Lanes
{
    /// <summary>Messages hashed at once.</summary>
    public const int Lanes = 8;

    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 64;

    /// <summary>What a message's padding takes at least: a one bit, and the length.</summary>
    public const int LeastPadding = 9;

    private const int Words = 16;
    private const int Rounds = 64;

    private static readonly uint[] Constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private static readonly uint[] Start = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>Whether this machine's vectors are as wide as needed.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Writes a message's padding behind it.</summary>
    /// <param name="slot">A whole number of blocks; the message is at its beginning.</param>
    /// <param name="length">The message's length in bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pad(Span<byte> slot, int length)
    {
        slot[length..].Clear();
        slot[length] = 0x80;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(slot[^sizeof(ulong)..], (ulong)length * 8);
    }

    /// <summary>Hashes.</summary>
    /// <param name="messages">The padded messages, one behind the other.</param>
    /// <param name="blocks">Blocks of each.</param>
    /// <param name="state">Receives the hashes' words, most significant first: each vector one word of all messages.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Hash(ReadOnlySpan<byte> messages, int blocks, Span<Vector256<uint>> state)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(messages.Length, Lanes * blocks * BlockBytes);
        Span<Vector256<uint>> schedule = stackalloc Vector256<uint>[Rounds];
        for (var word = 0; word < Start.Length; word++)
            state[word] = Vector256.Create(Start[word]);
        for (var block = 0; block < blocks; block++)
        {
            Load(messages[(block * BlockBytes)..], blocks * BlockBytes, schedule);
            Extend(schedule);
            Compress(schedule, state);
        }
    }

    /// <summary>Takes one block of each message and turns rows into columns: each vector gets one word of all messages.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Load(ReadOnlySpan<byte> messages, int stride, Span<Vector256<uint>> schedule)
    {
        var bigEndian = Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        ref var first = ref MemoryMarshal.GetReference(messages);
        for (var half = 0; half < 2; half++)
        {
            ref var row = ref Unsafe.Add(ref first, half * Vector256<byte>.Count);
            var r0 = Row(ref row, 0, bigEndian);
            var r1 = Row(ref row, stride, bigEndian);
            var r2 = Row(ref row, stride * 2, bigEndian);
            var r3 = Row(ref row, stride * 3, bigEndian);
            var r4 = Row(ref row, stride * 4, bigEndian);
            var r5 = Row(ref row, stride * 5, bigEndian);
            var r6 = Row(ref row, stride * 6, bigEndian);
            var r7 = Row(ref row, stride * 7, bigEndian);

            var (a0, a1, a2, a3) = Columns(r0, r1, r2, r3);
            var (b0, b1, b2, b3) = Columns(r4, r5, r6, r7);
            var columns = schedule[(half * Lanes)..];
            columns[0] = Avx2.Permute2x128(a0, b0, 0x20);
            columns[1] = Avx2.Permute2x128(a1, b1, 0x20);
            columns[2] = Avx2.Permute2x128(a2, b2, 0x20);
            columns[3] = Avx2.Permute2x128(a3, b3, 0x20);
            columns[4] = Avx2.Permute2x128(a0, b0, 0x31);
            columns[5] = Avx2.Permute2x128(a1, b1, 0x31);
            columns[6] = Avx2.Permute2x128(a2, b2, 0x31);
            columns[7] = Avx2.Permute2x128(a3, b3, 0x31);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Row(ref byte first, int offset, Vector256<byte> order) =>
        Avx2.Shuffle(Vector256.LoadUnsafe(ref first, (nuint)offset), order).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<uint> C0, Vector256<uint> C1, Vector256<uint> C2, Vector256<uint> C3) Columns(
        Vector256<uint> r0, Vector256<uint> r1, Vector256<uint> r2, Vector256<uint> r3)
    {
        var low01 = Avx2.UnpackLow(r0, r1).AsUInt64();
        var high01 = Avx2.UnpackHigh(r0, r1).AsUInt64();
        var low23 = Avx2.UnpackLow(r2, r3).AsUInt64();
        var high23 = Avx2.UnpackHigh(r2, r3).AsUInt64();
        return (
            Avx2.UnpackLow(low01, low23).AsUInt32(),
            Avx2.UnpackHigh(low01, low23).AsUInt32(),
            Avx2.UnpackLow(high01, high23).AsUInt32(),
            Avx2.UnpackHigh(high01, high23).AsUInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Extend(Span<Vector256<uint>> schedule)
    {
        ref var first = ref MemoryMarshal.GetReference(schedule);
        for (var round = Words; round < Rounds; round++)
        {
            var (before2, before15) = (Unsafe.Add(ref first, round - 2), Unsafe.Add(ref first, round - 15));
            var small0 = Rotate(before15, 7) ^ Rotate(before15, 18) ^ Vector256.ShiftRightLogical(before15, 3);
            var small1 = Rotate(before2, 17) ^ Rotate(before2, 19) ^ Vector256.ShiftRightLogical(before2, 10);
            Unsafe.Add(ref first, round) = Unsafe.Add(ref first, round - 16) + small0 + Unsafe.Add(ref first, round - 7) + small1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(ReadOnlySpan<Vector256<uint>> schedule, Span<Vector256<uint>> state)
    {
        ref var words = ref MemoryMarshal.GetReference(schedule);
        ref var constants = ref MemoryMarshal.GetArrayDataReference(Constants);
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
        for (var round = 0; round < Rounds; round += 8)
        {
            Round(a, b, c, ref d, e, f, g, ref h, Step(ref words, ref constants, round));
            Round(h, a, b, ref c, d, e, f, ref g, Step(ref words, ref constants, round + 1));
            Round(g, h, a, ref b, c, d, e, ref f, Step(ref words, ref constants, round + 2));
            Round(f, g, h, ref a, b, c, d, ref e, Step(ref words, ref constants, round + 3));
            Round(e, f, g, ref h, a, b, c, ref d, Step(ref words, ref constants, round + 4));
            Round(d, e, f, ref g, h, a, b, ref c, Step(ref words, ref constants, round + 5));
            Round(c, d, e, ref f, g, h, a, ref b, Step(ref words, ref constants, round + 6));
            Round(b, c, d, ref e, f, g, h, ref a, Step(ref words, ref constants, round + 7));
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Step(ref Vector256<uint> words, ref uint constants, int round) =>
        Unsafe.Add(ref words, round) + Vector256.Create(Unsafe.Add(ref constants, round));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, ref Vector256<uint> d,
        Vector256<uint> e, Vector256<uint> f, Vector256<uint> g, ref Vector256<uint> h, Vector256<uint> step)
    {
        var large1 = Rotate(e, 6) ^ Rotate(e, 11) ^ Rotate(e, 25);
        var choice = g ^ (e & (f ^ g));
        var first = h + large1 + choice + step;
        var large0 = Rotate(a, 2) ^ Rotate(a, 13) ^ Rotate(a, 22);
        var majority = (a & b) | (c & (a | b));
        d += first;
        h = first + large0 + majority;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rotate(Vector256<uint> value, [ConstantExpected] byte bits) => Avx512F.VL.IsSupported
        ? Avx512F.VL.RotateRight(value, bits)
        : Vector256.ShiftRightLogical(value, bits) | Vector256.ShiftLeft(value, 32 - bits);
}

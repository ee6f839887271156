using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DynamoBackup.Wire;

/// <summary>
/// Adds up the SHA-256 of many short inputs, modulo 2^256. Inputs that take the same number of blocks wait for each other until there are enough
/// to be hashed side by side; the order of a sum does not matter.
/// </summary>
internal sealed class HashBatch
{
    /// <summary>Longest input hashed side by side; beginning and ending a hash is little beside the rest of a longer one.</summary>
    private const int MostBlocks = 16;

    /// <summary>Rounds of additions after which the words' sums, of 64 bits each, could overflow.</summary>
    private const int MostAdditions = 1 << 24;

    private const int Words = 8;
    private readonly byte[]?[] _waiting = new byte[MostBlocks + 1][];
    private readonly int[] _counts = new int[MostBlocks + 1];
    private readonly Vector256<ulong>[] _sums = new Vector256<ulong>[Words];
    private int _additions;

    /// <summary>Tells whether an input is one to be batched on this machine.</summary>
    public static bool Takes(int length) => Sha256Lanes.IsSupported && length <= MostBlocks * Sha256Lanes.BlockBytes - Sha256Lanes.LeastPadding;

    /// <summary>Whether sums have to be taken before more is added.</summary>
    public bool IsFull => _additions >= MostAdditions;

    /// <summary>Adds an input.</summary>
    /// <param name="input">An input that <see cref="Takes"/> accepts.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> input)
    {
        var blocks = (input.Length + Sha256Lanes.LeastPadding + Sha256Lanes.BlockBytes - 1) / Sha256Lanes.BlockBytes;
        var slotBytes = blocks * Sha256Lanes.BlockBytes;
        var waiting = _waiting[blocks] ??= new byte[slotBytes * Sha256Lanes.Lanes];
        var slot = waiting.AsSpan(_counts[blocks] * slotBytes, slotBytes);
        input.CopyTo(slot);
        Sha256Lanes.Pad(slot, input.Length);
        if (++_counts[blocks] < Sha256Lanes.Lanes)
            return;
        _counts[blocks] = 0;
        Hash(waiting, blocks);
    }

    /// <summary>Takes the sum of all that was added since it was taken last.</summary>
    /// <param name="sum">Receives a number of 256 bits, big-endian.</param>
    public void Take(Span<byte> sum)
    {
        Span<ulong> words = stackalloc ulong[Words];
        for (var word = 0; word < Words; word++)
            words[word] = Vector256.Sum(_sums[word]);
        AddWaiting(words);

        var carry = 0UL;
        for (var word = Words - 1; word >= 0; word--)
        {
            carry += words[word];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(sum[(word * sizeof(uint))..], (uint)carry);
            carry >>= 32;
        }

        Array.Clear(_sums);
        Array.Clear(_counts);
        _additions = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Hash(ReadOnlySpan<byte> messages, int blocks)
    {
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[Words];
        Sha256Lanes.Hash(messages, blocks, state);
        for (var word = 0; word < Words; word++)
        {
            var (low, high) = Vector256.Widen(state[word]);
            _sums[word] += low + high;
        }

        _additions++;
    }

    /// <summary>Hashes what waits for others that do not come.</summary>
    private void AddWaiting(Span<ulong> words)
    {
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[Words];
        for (var blocks = 1; blocks <= MostBlocks; blocks++)
        {
            if (_counts[blocks] == 0)
                continue;
            Sha256Lanes.Hash(_waiting[blocks], blocks, state);
            for (var word = 0; word < Words; word++)
            {
                for (var lane = 0; lane < _counts[blocks]; lane++)
                    words[word] += state[word][lane];
            }
        }
    }
}

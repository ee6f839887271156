using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>
/// Finds items with the same key, in bounded memory: up to a million keys exactly, beyond that among a sample. Whether a key is in the sample
/// depends on the key alone, so both items of a pair are in it or none; a table with the wrong key, onto which many items fall together, is always found.
/// </summary>
internal sealed class DistinctKeys(IReadOnlyList<KeyAttribute> key, int capacity = 1 << 20)
{
    private readonly object _lock = new();
    private readonly HashSet<UInt128> _seen = [];
    private readonly ConcurrentBag<(ArrayBufferWriter<byte> Text, CanonicalItem Item)> _spare = [];
    private ulong _mask;

    /// <summary>Keys that are remembered now.</summary>
    public int Count => _seen.Count;

    /// <summary>Takes an item's key, all attributes of which the item must have. May be called by several threads.</summary>
    /// <param name="item">The item, as read.</param>
    /// <param name="json">What it was read from.</param>
    /// <returns>False where an item with the same key has been taken before.</returns>
    public bool Add(CanonicalItem item, ReadOnlySpan<byte> json)
    {
        var identity = IdentityOf(item, json);
        lock (_lock)
        {
            if (!IsSampled(identity))
                return true;
            if (!_seen.Add(identity))
                return false;
            while (_seen.Count > capacity)
            {
                _mask = (_mask << 1) | 1;
                _seen.RemoveWhere(seen => !IsSampled(seen));
            }

            return true;
        }
    }

    private bool IsSampled(UInt128 identity) => ((ulong)identity & _mask) == 0;

    /// <summary>A hash of the key in canonical form: 1 and 1.0 are one key.</summary>
    private UInt128 IdentityOf(CanonicalItem item, ReadOnlySpan<byte> json)
    {
        var (text, canonical) = _spare.TryTake(out var spare) ? spare : (new ArrayBufferWriter<byte>(256), new CanonicalItem());
        text.ResetWrittenCount();
        for (var index = 0; index < key.Count; index++)
        {
            item.TryGetAttribute(key[index].Utf8Name.Span, out var value, out _);
            text.Write(index == 0 ? "{\"0\":"u8 : ",\"1\":"u8);
            text.Write(json.Slice(value.Start, value.Length));
        }

        text.Write("}"u8);
        canonical.Read(text.WrittenSpan);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(canonical.Encoding, hash);
        _spare.Add((text, canonical));
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

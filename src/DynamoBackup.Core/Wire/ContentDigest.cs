using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace DynamoBackup.Wire;

/// <summary>
/// Order-independent proof of content: the number of items, and the sum modulo 2^256 of the SHA-256 of each item's canonical encoding.
/// Digests of parts add up to that of the whole. Not thread-safe.
/// </summary>
public sealed class ContentDigest : IEquatable<ContentDigest>
{
    private const string Version = "v1";
    private const int HashSize = SHA256.HashSizeInBytes;
    private ulong _sum0;
    private ulong _sum1;
    private ulong _sum2;
    private ulong _sum3;
    private HashBatch? _batch;

    /// <summary>Number of items added.</summary>
    public long Count { get; private set; }

    /// <summary>Reads the text form.</summary>
    /// <param name="text"><c>v1:count:64 hexadecimal digits</c>.</param>
    /// <param name="digest">The digest.</param>
    /// <returns>False where the text has another form.</returns>
    public static bool TryParse(string? text, out ContentDigest digest)
    {
        digest = new ContentDigest();
        var parts = text?.Split(':');
        if (parts is not [Version, var count, { Length: HashSize * 2 } hex]
            || !long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !hex.All(char.IsAsciiHexDigit))
            return false;
        digest.AddHash(Convert.FromHexString(hex));
        digest.Count = number;
        return true;
    }

    /// <summary>Adds an item.</summary>
    /// <param name="canonicalItem">Its canonical encoding.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> canonicalItem)
    {
        if (HashBatch.Takes(canonicalItem.Length))
        {
            Count++;
            _batch ??= new HashBatch();
            _batch.Add(canonicalItem);
            if (_batch.IsFull)
                Settle();
            return;
        }

        Span<byte> hash = stackalloc byte[HashSize];
        SHA256.HashData(canonicalItem, hash);
        AddHash(hash);
    }

    /// <summary>Adds an item whose hash is known.</summary>
    /// <param name="hash">SHA-256 of its canonical encoding.</param>
    public void AddHash(ReadOnlySpan<byte> hash)
    {
        Count++;
        AddSum(hash);
    }

    /// <summary>Adds a part.</summary>
    /// <param name="part">The part's digest.</param>
    public void Add(ContentDigest part)
    {
        ArgumentNullException.ThrowIfNull(part);
        part.Settle();
        Count += part.Count;
        AddSum(part._sum0, part._sum1, part._sum2, part._sum3);
    }

    /// <inheritdoc/>
    public bool Equals(ContentDigest? other)
    {
        if (other is null || Count != other.Count)
            return false;
        Settle();
        other.Settle();
        return _sum0 == other._sum0 && _sum1 == other._sum1 && _sum2 == other._sum2 && _sum3 == other._sum3;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ContentDigest);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        Settle();
        return HashCode.Combine(Count, _sum0);
    }

    /// <summary>The text form: <c>v1:count:64 hexadecimal digits</c>.</summary>
    public override string ToString()
    {
        Settle();
        return string.Create(CultureInfo.InvariantCulture, $"{Version}:{Count}:{_sum3:x16}{_sum2:x16}{_sum1:x16}{_sum0:x16}");
    }

    /// <summary>Adds what was counted already and waited to be hashed.</summary>
    private void Settle()
    {
        if (_batch is null)
            return;
        Span<byte> sum = stackalloc byte[HashSize];
        _batch.Take(sum);
        AddSum(sum);
    }

    private void AddSum(ReadOnlySpan<byte> number) => AddSum(
        BinaryPrimitives.ReadUInt64BigEndian(number[24..]),
        BinaryPrimitives.ReadUInt64BigEndian(number[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(number[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(number));

    private void AddSum(ulong part0, ulong part1, ulong part2, ulong part3)
    {
        var sum = (UInt128)_sum0 + part0;
        _sum0 = (ulong)sum;
        sum = (sum >> 64) + _sum1 + part1;
        _sum1 = (ulong)sum;
        sum = (sum >> 64) + _sum2 + part2;
        _sum2 = (ulong)sum;
        _sum3 += part3 + (ulong)(sum >> 64);
    }
}

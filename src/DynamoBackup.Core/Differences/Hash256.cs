using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DynamoBackup.Differences;

/// <summary>A SHA-256 as a value: of a key's or an item's canonical encoding.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct Hash256(ulong Part0, ulong Part1, ulong Part2, ulong Part3)
{
    /// <summary>Its length in bytes.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>Hashes a canonical encoding.</summary>
    public static Hash256 Of(ReadOnlySpan<byte> encoding)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(encoding, hash);
        return Read(hash);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static Hash256 Read(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<Hash256>(bytes);

    /// <summary>The hash's bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    /// <summary>Writes the hash's bytes.</summary>
    public void Write(Span<byte> bytes) => MemoryMarshal.Write(bytes, in this);
}

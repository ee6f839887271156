using System.Collections.Concurrent;

namespace DynamoBackup.Stores.S3;

/// <summary>Pieces of memory that parts are gathered in, used again and again.</summary>
internal sealed class ChunkPool
{
    /// <summary>A chunk's size: small, so that many writers with a little each do not hold much.</summary>
    public const int ChunkBytes = 256 * 1024;

    private readonly ConcurrentBag<byte[]> _free = [];

    /// <summary>A chunk; what is in it is of no meaning.</summary>
    public byte[] Rent() => _free.TryTake(out var chunk) ? chunk : GC.AllocateUninitializedArray<byte>(ChunkBytes);

    /// <summary>Gives a chunk back.</summary>
    public void Return(byte[] chunk) => _free.Add(chunk);
}

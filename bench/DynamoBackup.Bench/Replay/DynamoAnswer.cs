using System.Text;
using System.Text.Json.Nodes;
using Crc32 = System.IO.Hashing.Crc32;

namespace DynamoBackup.Bench.Replay;

/// <summary>An answer's body, in two parts that are sent one behind the other, and its checksum.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body, or its first part.</param>
/// <param name="Tail">The rest.</param>
/// <param name="Crc">CRC32 of both.</param>
/// <param name="Rented">What goes back to the pool when the answer is sent.</param>
internal readonly record struct DynamoAnswer(int Status, ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte> Tail, uint Crc, byte[]? Rented = null)
{
    /// <summary>Nothing unprocessed: what a batch is answered with.</summary>
    public static DynamoAnswer AllWritten { get; } = Of("{\"UnprocessedItems\":{}}"u8.ToArray());

    /// <summary>Bytes of the answer.</summary>
    public int Length => Body.Length + Tail.Length;

    /// <summary>An answer of a body alone.</summary>
    public static DynamoAnswer Of(byte[] body, int status = 200) => new(status, body, default, Crc32.HashToUInt32(body));

    /// <summary>An answer of some JSON.</summary>
    public static DynamoAnswer Of(JsonNode body) => Of(Encoding.UTF8.GetBytes(body.ToJsonString()));

    /// <summary>A page as it is held.</summary>
    public static DynamoAnswer Of(ReplayPage page, bool more) => more
        ? new DynamoAnswer(200, page.Response, default, page.MoreCrc)
        : new DynamoAnswer(200, page.Response.AsMemory(0, page.BodyLength), page.EndTail, page.EndCrc);

    /// <summary>An answer in a rented buffer.</summary>
    public static DynamoAnswer OfRented(byte[] rented, int length) =>
        new(200, rented.AsMemory(0, length), default, Crc32.HashToUInt32(rented.AsSpan(0, length)), rented);
}

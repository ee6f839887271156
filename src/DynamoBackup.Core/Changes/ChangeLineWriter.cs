using System.Buffers;
using System.Buffers.Text;
using System.Text;
using DynamoBackup.Wire;

namespace DynamoBackup.Changes;

/// <summary>
/// Writes records of one shard as lines of an incremental backup: AWS's incremental export line, with the sequence number, the shard and the mark of a deletion
/// by time to live added to its metadata. Key and images are the service's bytes, untouched.
/// </summary>
/// <param name="shardId">The shard.</param>
internal sealed class ChangeLineWriter(string shardId)
{
    private const long MicrosPerSecond = 1_000_000;
    private readonly byte[] _shard = Encoding.ASCII.GetBytes(shardId);

    /// <summary>Writes one record as a line, line feed included.</summary>
    /// <param name="output">Receives the line, or nothing where it is refused.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="InvalidItemException">Key or image holds a control character, so that it would not be one line.</exception>
    public void Write(IBufferWriter<byte> output, in StreamRecord record)
    {
        RequireOneLine(record.Keys);
        RequireOneLine(record.OldImage);
        RequireOneLine(record.NewImage);

        output.Write("{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\""u8);
        Span<byte> digits = stackalloc byte[SequenceNumber.MostDigits];
        Utf8Formatter.TryFormat(record.Seconds * MicrosPerSecond, digits, out var length);
        output.Write(digits[..length]);
        output.Write("\"},\"SequenceNumber\":{\"S\":\""u8);
        output.Write(digits[..record.SequenceNumber.Write(digits)]);
        output.Write("\"},\"ShardId\":{\"S\":\""u8);
        output.Write(_shard);
        output.Write(record.IsTtlDelete ? "\"},\"TtlDelete\":{\"BOOL\":true}},\"Keys\":"u8 : "\"}},\"Keys\":"u8);
        output.Write(record.Keys);
        WriteImage(output, ",\"OldImage\":"u8, record.OldImage);
        WriteImage(output, ",\"NewImage\":"u8, record.NewImage);
        output.Write("}\n"u8);
    }

    private static void WriteImage(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> image)
    {
        if (image.IsEmpty)
            return;
        output.Write(name);
        output.Write(image);
    }

    private static void RequireOneLine(ReadOnlySpan<byte> json)
    {
        if (PlainText.FindControl(json) is >= 0 and var offset)
            throw new InvalidItemException("An unescaped control character", offset);
    }
}

using System.Buffers.Text;
using System.Text;

namespace DynamoBackup.Bench.Replay;

/// <summary>What of an HTTP/1.1 request's head decides the answer.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path.</param>
/// <param name="Target">The header X-Amz-Target; empty without one.</param>
/// <param name="ContentLength">Bytes of the body.</param>
/// <param name="ExpectsContinue">Whether the client waits to be told that it may send the body.</param>
/// <param name="Closes">Whether no other request comes on the connection.</param>
internal readonly record struct HttpHead(string Method, string Path, string Target, int ContentLength, bool ExpectsContinue, bool Closes)
{
    /// <summary>What ends a head.</summary>
    public static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    /// <summary>Reads a head.</summary>
    /// <param name="head">The head with the line end of its last line.</param>
    /// <exception cref="FormatException">It is none, or of a request without a told length.</exception>
    public static HttpHead Read(ReadOnlySpan<byte> head)
    {
        var lineEnd = head.IndexOf("\r\n"u8);
        var line = head[..lineEnd];
        var (first, last) = (line.IndexOf((byte)' '), line.LastIndexOf((byte)' '));
        if (first < 1 || last <= first || !line[(last + 1)..].SequenceEqual("HTTP/1.1"u8))
            throw new FormatException("This is no HTTP/1.1 request.");
        var (target, length, expectsContinue, closes) = ("", 0, false, false);
        for (var rest = head[(lineEnd + 2)..]; rest.Length > 0; rest = rest[(lineEnd + 2)..])
        {
            lineEnd = rest.IndexOf("\r\n"u8);
            var colon = rest[..lineEnd].IndexOf((byte)':');
            if (colon < 1)
                throw new FormatException("A header has no name.");
            var name = rest[..colon];
            var value = rest[(colon + 1)..lineEnd].Trim((byte)' ');
            if (Ascii.EqualsIgnoreCase(name, "X-Amz-Target"u8))
                target = Encoding.ASCII.GetString(value);
            else if (Ascii.EqualsIgnoreCase(name, "Content-Length"u8))
                length = Utf8Parser.TryParse(value, out int told, out var read) && read == value.Length && told >= 0 ? told : throw new FormatException("Content-Length is no length.");
            else if (Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8))
                throw new FormatException("Give Content-Length; bodies in chunks are not read.");
            else if (Ascii.EqualsIgnoreCase(name, "Expect"u8))
                expectsContinue = Ascii.EqualsIgnoreCase(value, "100-continue"u8);
            else if (Ascii.EqualsIgnoreCase(name, "Connection"u8))
                closes = Ascii.EqualsIgnoreCase(value, "close"u8);
        }

        return new HttpHead(Encoding.ASCII.GetString(line[..first]), Encoding.ASCII.GetString(line[(first + 1)..last]), target, length, expectsContinue, closes);
    }
}

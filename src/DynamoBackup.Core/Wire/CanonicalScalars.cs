using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace DynamoBackup.Wire;

/// <summary>Writes values that hold no others in the canonical encoding: strings, numbers, binary values, truth values and nulls.</summary>
/// <param name="target">Receives them.</param>
internal sealed class CanonicalScalars(CanonicalBuffer target)
{
    private readonly CanonicalBuffer _text = new();

    /// <summary>Adds a string with its length in front; returns its length in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int AddString(ref JsonCursor cursor)
    {
        var length = cursor.TryCopyShortString(target);
        if (length >= 0)
            return length;
        var text = Plain(ref cursor);
        target.AddCount((uint)text.Length);
        target.Add(text);
        return text.Length;
    }

    /// <summary>Adds a number; returns its size by DynamoDB's rules.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int AddNumber(ref JsonCursor cursor)
    {
        var start = cursor.Position + 1;
        return CanonicalNumber.Write(Plain(ref cursor), target, start);
    }

    /// <summary>Adds a binary value with its length in front; returns its length in bytes.</summary>
    public int AddBinary(ref JsonCursor cursor)
    {
        var start = cursor.Position + 1;
        var text = Plain(ref cursor);
        var padding = text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0;
        var length = text.Length / 4 * 3 - padding;
        if (text.Length % 4 != 0)
            throw new InvalidItemException("A binary value's base64 is cut", start);
        target.AddCount((uint)length);
        // A decoder that skips white space would decode fewer bytes than the text's length says.
        if (Base64.DecodeFromUtf8(text, target.Reserve(length), out var consumed, out var written) != System.Buffers.OperationStatus.Done
            || consumed != text.Length || written != length)
            throw new InvalidItemException("A binary value is not base64", start);
        target.Claim(length);
        return length;
    }

    /// <summary>Adds a truth value and its tag; returns its size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int AddBoolean(ref JsonCursor cursor)
    {
        target.Add(CanonicalTag.Boolean);
        target.Add(cursor.TryTakeWord("true"u8) ? (byte)1 : cursor.TryTakeWord("false"u8) ? (byte)0 : throw cursor.Unexpected("true or false"));
        return 1;
    }

    /// <summary>Adds a null; returns its size.</summary>
    public int AddNull(ref JsonCursor cursor)
    {
        target.Add(CanonicalTag.Null);
        return cursor.TryTakeWord("true"u8) ? 1 : throw cursor.Unexpected("true");
    }

    private ReadOnlySpan<byte> Plain(ref JsonCursor cursor)
    {
        var text = cursor.TakeString(out var escaped);
        if (!escaped)
            return text;
        _text.Truncate(0);
        cursor.Unescape(text, _text);
        return _text.Written;
    }
}

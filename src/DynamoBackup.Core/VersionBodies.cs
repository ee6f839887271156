using DynamoBackup.Differences;
using Microsoft.Win32.SafeHandles;

namespace DynamoBackup;

/// <summary>An item that was put away.</summary>
/// <param name="Bytes">The item; null where it lies in the file.</param>
/// <param name="Offset">Where it lies in the file.</param>
/// <param name="Length">Its length in bytes.</param>
internal sealed record VersionBody(byte[]? Bytes, long Offset, int Length);

/// <summary>
/// Keeps the items of versions until all are known and can be put in order: so many bytes in memory, and what is more in a temporary file that is the user's alone. May be used by many threads.
/// </summary>
/// <param name="workingDirectory">Where temporary files lie; null takes a folder of the user's own.</param>
/// <param name="output">Told what becomes of temporary files.</param>
/// <param name="mostInMemory">Bytes that are kept in memory.</param>
internal sealed class VersionBodies(string? workingDirectory, IRunOutput output, int mostInMemory = 32 << 20) : IDisposable
{
    private readonly object _lock = new();
    private WorkingFolder? _folder;
    private SafeFileHandle? _file;
    private long _end;
    private int _held;

    /// <summary>Puts an item away.</summary>
    public VersionBody Add(ReadOnlySpan<byte> json)
    {
        lock (_lock)
        {
            if (_held + json.Length <= mostInMemory)
            {
                _held += json.Length;
                return new(json.ToArray(), 0, json.Length);
            }

            _folder ??= WorkingFolder.Open(workingDirectory, output);
            _file ??= _folder.Create("versions");
            var body = new VersionBody(null, _end, json.Length);
            try
            {
                RandomAccess.Write(_file, json, _end);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw _folder.Failed(exception);
            }

            _end += json.Length;
            return body;
        }
    }

    /// <summary>Gets an item back.</summary>
    public byte[] Read(VersionBody body)
    {
        if (body.Bytes is { } held)
            return held;
        var bytes = new byte[body.Length];
        try
        {
            for (var read = 0; read < bytes.Length;)
            {
                var count = RandomAccess.Read(_file!, bytes.AsSpan(read), body.Offset + read);
                read += count > 0 ? count : throw new EndOfStreamException("A temporary file is shorter than what was written to it");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw _folder!.Failed(exception);
        }

        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _folder?.Dispose();
    }
}

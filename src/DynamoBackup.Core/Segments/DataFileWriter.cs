using System.Runtime.CompilerServices;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Segments;

/// <summary>
/// Writes one data file: lines are gathered, compressed, hashed and stored as they come. Disposed without
/// <see cref="CloseAsync"/>, it leaves no file.
/// </summary>
internal sealed class DataFileWriter : IAsyncDisposable
{
    /// <summary>So many bytes of lines are gathered before they are compressed.</summary>
    public const int BufferSize = 64 * 1024;

    private readonly string _name;
    private readonly StoreWriter _object;
    private readonly HashingStream _stored;
    private readonly Stream _compressed;
    private readonly ContentDigest _digest = new();
    private byte[] _lines = new byte[BufferSize];
    private int _length;
    private long _items;
    private long _rawBytes;
    private long _itemBytes;
    private long _writeUnits;
    private bool _holdsChanges;

    private DataFileWriter(string name, StoreWriter target, BackupCompression compression)
    {
        _name = name;
        _object = target;
        _stored = HashingStream.Writing(target.Stream);
        _compressed = Codec.Compress(_stored, compression);
    }

    /// <summary>Bytes stored so far; what the compressor still holds is not in it.</summary>
    public long StoredBytes => _stored.Bytes;

    /// <summary>Begins a data file with a name of its own, or with a given one.</summary>
    public static async Task<DataFileWriter> CreateAsync(StoreGroup stores, string folder, BackupCompression compression, CancellationToken cancellationToken, string? name = null)
    {
        name ??= BackupLayout.NewDataFile(compression);
        return new DataFileWriter(name, await stores.CreateAsync(StoreKey.Join(folder, name), cancellationToken), compression);
    }

    /// <summary>Adds an item as a line, its bytes untouched.</summary>
    /// <param name="json">The item as the service sent it.</param>
    /// <param name="item">The same item, read.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> json, CanonicalItem item)
    {
        Add(json);
        _itemBytes += item.ItemBytes;
        _writeUnits += item.WriteUnits;
        _digest.Add(item.Encoding);
    }

    /// <summary>Adds an item as a line, its bytes untouched and not read: the file then has no digest, and its items' size is not known.</summary>
    /// <param name="json">The item as the service sent it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> json) => AddLine(ItemLine.Prefix, json, ItemLine.Suffix);

    /// <summary>Adds a change, its bytes untouched. A change has no size by DynamoDB's rules, and so the file has none.</summary>
    /// <param name="line">The line, without its line feed.</param>
    /// <param name="change">The same change, read.</param>
    public void Add(ReadOnlySpan<byte> line, CanonicalChange change)
    {
        AddLine([], line, "\n"u8);
        _holdsChanges = true;
        _digest.Add(change.Encoding);
    }

    /// <summary>Passes on the lines that have been gathered.</summary>
    public void Flush() => FlushLines();

    /// <summary>Waits until the stores have room for more.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => _object.WaitForRoomAsync(cancellationToken);

    /// <summary>Ends the file and makes it durable.</summary>
    public async Task<SealedFile> CloseAsync(CancellationToken cancellationToken)
    {
        FlushLines();
        await _compressed.DisposeAsync();
        await _object.CommitAsync(cancellationToken);
        var read = _digest.Count == _items;
        var measured = read && !_holdsChanges;
        return new SealedFile(
            _name, _stored.TakeMd5()!, _stored.TakeSha256()!, _stored.Bytes, _rawBytes, _items, measured ? _itemBytes : null, measured ? _writeUnits : null, read ? _digest : null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The object goes first: what a compressor writes as it closes must not fail on a full disk that the run has already reported.
        await _object.DisposeAsync();
        await _stored.DisposeAsync();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddLine(ReadOnlySpan<byte> before, ReadOnlySpan<byte> json, ReadOnlySpan<byte> behind)
    {
        var needed = before.Length + json.Length + behind.Length;
        if (_lines.Length - _length < needed)
            MakeRoom(needed);
        var target = _lines.AsSpan(_length);
        before.CopyTo(target);
        json.CopyTo(target[before.Length..]);
        behind.CopyTo(target[(before.Length + json.Length)..]);
        _length += needed;
        _rawBytes += needed;
        _items++;
    }

    private void MakeRoom(int needed)
    {
        FlushLines();
        if (_lines.Length < needed)
            _lines = new byte[needed];
    }

    private void FlushLines()
    {
        _compressed.Write(_lines, 0, _length);
        _length = 0;
    }
}

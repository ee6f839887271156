using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>Verifies one data file: its size, every stored byte, every item.</summary>
/// <param name="store">Where it lies.</param>
/// <param name="file">The file.</param>
/// <param name="key">How to check keys; null where the table's key is not known.</param>
/// <param name="tap">Receives the items; null where no one wants them.</param>
/// <param name="sink">Receives the items and is waited for; null where no one wants them.</param>
internal sealed class FileVerifier(IBackupStore store, DataFile file, KeyCheck? key, ItemTap? tap = null, ItemSink? sink = null)
{
    private const int MostLines = 10;
    private const string Fix = "Restore the file from another copy of this backup, or use another backup.";

    private readonly List<Finding> _findings = [];
    private readonly ContentDigest _digest = new();
    private readonly ItemTap? _tap = sink is null ? tap : sink.Take;
    private long _lines;
    private FindingKind _hiddenKind = FindingKind.InvalidItem;

    /// <summary>Verifies the file.</summary>
    /// <param name="level">How far; levels above Content add nothing for a single file.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<FileProof> RunAsync(VerificationLevel level, CancellationToken cancellationToken)
    {
        long bytes = 0;
        try
        {
            if (await CheckSizeAsync(cancellationToken) && level >= VerificationLevel.Checksum)
                bytes = await ReadAsync(level, cancellationToken);
        }
        catch (DynamoBackupException exception) when (exception.Code is BackupErrorCode.StoreReadFailed or BackupErrorCode.StoreAccessDenied or BackupErrorCode.UnsafePath)
        {
            Add(exception.Code == BackupErrorCode.UnsafePath ? FindingKind.UnsafePath : FindingKind.FileUnreadable, exception.Message);
        }

        if (_lines > MostLines)
            Add(_hiddenKind, $"{_lines - MostLines:N0} more such lines.");
        return new FileProof(_findings, _digest, bytes);
    }

    private async Task<bool> CheckSizeAsync(CancellationToken cancellationToken)
    {
        if (await store.FindAsync(file.Key, cancellationToken) is not { } entry)
        {
            Add(FindingKind.FileMissing, "The file is missing.");
            return false;
        }

        if (file.StoredBytes is { } expected && entry.Length != expected)
            Add(FindingKind.SizeDiffers, $"It has {entry.Length:N0} bytes, recorded are {expected:N0}.");
        return true;
    }

    private async Task<long> ReadAsync(VerificationLevel level, CancellationToken cancellationToken)
    {
        // One hash is proof of every byte: the recorded MD5 is itself covered by the manifests' own hashes.
        var hashes = level >= VerificationLevel.Content ? FileHashes.All : (FileHashes?)null;
        await using var reader = await DataFileReader.OpenAsync(store, file, cancellationToken, hashes);
        if (reader is null)
        {
            Add(FindingKind.FileMissing, "The file is missing.");
            return 0;
        }

        try
        {
            if (level >= VerificationLevel.Content)
                await ReadItemsAsync(reader.Lines, cancellationToken);
            if (await reader.FindChecksumDifferenceAsync(file, cancellationToken) is { } difference)
                Add(FindingKind.ChecksumDiffers, difference);
        }
        catch (IOException exception) when (!Codec.IsDamage(exception))
        {
            Add(FindingKind.FileUnreadable, exception.Message);
        }

        return reader.StoredBytes;
    }

    private async Task ReadItemsAsync(LineReader? lines, CancellationToken cancellationToken)
    {
        if (lines is null)
        {
            Add(FindingKind.FormatNotSupported, "Its name does not end in .json, .json.gz or .json.zst: this version cannot read it.");
            return;
        }

        var item = new CanonicalItem();
        try
        {
            while (await lines.FillAsync(cancellationToken))
            {
                while (lines.TryRead(out var line))
                {
                    if (line.Length > 0)
                        CheckLine(line.Span, lines.LineNumber, item);
                }

                if (sink is not null)
                    await sink.SettleAsync(cancellationToken);

                if (lines.BytesRead > MostBytes)
                {
                    Add(FindingKind.DataUnreadable, $"It decompresses to more than the {MostBytes:N0} bytes that it may hold: it is damaged or hostile.");
                    return;
                }
            }
        }
        catch (Exception exception) when (Codec.IsDamage(exception) || exception is DynamoBackupException { Code: BackupErrorCode.InvalidItem })
        {
            Add(FindingKind.DataUnreadable, $"It cannot be read beyond item {_digest.Count:N0}: {exception.Message}");
            return;
        }

        if (_digest.Count != file.ItemCount)
            Add(FindingKind.CountDiffers, $"It holds {_digest.Count:N0} items, recorded are {file.ItemCount:N0}.");
        else if (file.Digest is not null && !file.Digest.Equals(_digest))
            Add(FindingKind.ContentDiffers, $"Its items' digest is {_digest}, recorded is {file.Digest}.");
    }

    /// <summary>What the file may decompress to: what is recorded, else what its number of items can take.</summary>
    private long MostBytes => file.RawBytes ?? (long)Math.Min(long.MaxValue / 2d, (file.ItemCount + 1d) * LineReader.MaxLineBytes);

    private void CheckLine(ReadOnlySpan<byte> line, long number, CanonicalItem item)
    {
        try
        {
            var slice = ItemLine.FindItem(line);
            line = line.Slice(slice.Start, slice.Length);
            item.Read(line);
        }
        catch (InvalidItemException exception)
        {
            AddLine(FindingKind.InvalidItem, $"Line {number}: {exception.Message}");
            return;
        }

        _digest.Add(item.Encoding);
        if (key?.FindFault(item, line) is var (kind, fault))
            AddLine(kind, $"Line {number}: {fault}");
        else
            _tap?.Invoke(item, line);
    }

    /// <summary>A file can have millions of bad lines; a few of them tell the story, and none may crowd out what is found about the whole file.</summary>
    private void AddLine(FindingKind kind, string detail)
    {
        if (_lines++ < MostLines)
            Add(kind, detail);
        else if (_lines == MostLines + 1 || kind == FindingKind.InvalidItem)
            _hiddenKind = kind;
    }

    private void Add(FindingKind kind, string detail) => _findings.Add(new Finding(FindingSeverity.Error, kind, file.Name, detail, Fix));
}

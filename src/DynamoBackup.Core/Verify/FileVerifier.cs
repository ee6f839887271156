using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>Verifies one data file: its size, every stored byte, every item or change.</summary>
internal sealed class FileVerifier
{
    private const int MostLines = 10;
    private const string Fix = "Restore the file from another copy of this backup, or use another backup.";

    private readonly IBackupStore _store;
    private readonly DataFile _file;
    private readonly ILineCheck _check;
    private readonly List<Finding> _findings = [];
    private readonly ContentDigest _digest = new();
    private long _lines;
    private FindingKind _hiddenKind = FindingKind.InvalidItem;

    private FileVerifier(IBackupStore store, DataFile file, ILineCheck check)
    {
        _store = store;
        _file = file;
        _check = check;
    }

    /// <summary>Of a full backup's file.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="file">The file.</param>
    /// <param name="key">How to check keys; null where the table's key is not known.</param>
    /// <param name="tap">Receives the sound items.</param>
    public FileVerifier(IBackupStore store, DataFile file, KeyCheck? key, ItemTap? tap = null)
        : this(store, file, new ItemLineCheck(key, tap))
    {
    }

    /// <summary>Of an incremental backup's file.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="file">The file.</param>
    /// <param name="key">How to check keys; null where the table's key is not known.</param>
    public static FileVerifier OfChanges(IBackupStore store, DataFile file, KeyCheck? key) => new(store, file, new ChangeLineCheck(key, key?.Count));

    /// <summary>What the items are passed on to, where that has to be waited for now and then; null where there is none.</summary>
    public ItemSink? Sink { get; init; }

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
        if (await _store.FindAsync(_file.Key, cancellationToken) is not { } entry)
        {
            Add(FindingKind.FileMissing, "The file is missing.");
            return false;
        }

        if (_file.StoredBytes is { } expected && entry.Length != expected)
            Add(FindingKind.SizeDiffers, $"It has {entry.Length:N0} bytes, recorded are {expected:N0}.");
        return true;
    }

    private async Task<long> ReadAsync(VerificationLevel level, CancellationToken cancellationToken)
    {
        // One hash is proof of every byte: the recorded MD5 is itself covered by the manifests' own hashes.
        var hashes = level >= VerificationLevel.Content ? FileHashes.All : (FileHashes?)null;
        await using var reader = await DataFileReader.OpenAsync(_store, _file, cancellationToken, hashes);
        if (reader is null)
        {
            Add(FindingKind.FileMissing, "The file is missing.");
            return 0;
        }

        try
        {
            if (level >= VerificationLevel.Content)
                await ReadItemsAsync(reader.Lines, cancellationToken);
            if (await reader.FindChecksumDifferenceAsync(_file, cancellationToken) is { } difference)
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

        try
        {
            while (await lines.FillAsync(cancellationToken))
            {
                while (lines.TryRead(out var line))
                {
                    if (line.Length > 0)
                        CheckLine(line.Span, lines.LineNumber);
                }

                if (Sink is not null)
                    await Sink.SettleAsync(cancellationToken);

                if (lines.BytesRead > MostBytes)
                {
                    Add(FindingKind.DataUnreadable, $"It decompresses to more than the {MostBytes:N0} bytes that it may hold: it is damaged or hostile.");
                    return;
                }
            }
        }
        catch (Exception exception) when (Codec.IsDamage(exception) || exception is DynamoBackupException { Code: BackupErrorCode.InvalidItem })
        {
            Add(FindingKind.DataUnreadable, $"It cannot be read beyond {_digest.Count:N0} {_check.Noun}: {exception.Message}");
            return;
        }

        if (_digest.Count != _file.ItemCount)
            Add(FindingKind.CountDiffers, $"It holds {_digest.Count:N0} {_check.Noun}, recorded are {_file.ItemCount:N0}.");
        else if (_file.Digest is not null && !_file.Digest.Equals(_digest))
            Add(FindingKind.ContentDiffers, $"The digest of its {_check.Noun} is {_digest}, recorded is {_file.Digest}.");
    }

    /// <summary>What the file may decompress to: what is recorded, else what its number of items can take.</summary>
    private long MostBytes => _file.RawBytes ?? (long)Math.Min(long.MaxValue / 2d, (_file.ItemCount + 1d) * LineReader.MaxLineBytes);

    private void CheckLine(ReadOnlySpan<byte> line, long number)
    {
        try
        {
            _digest.Add(_check.Read(line));
        }
        catch (InvalidItemException exception)
        {
            AddLine(FindingKind.InvalidItem, $"Line {number}: {exception.Message}");
            return;
        }

        if (_check.FindFault(line) is var (kind, fault))
            AddLine(kind, $"Line {number}: {fault}");
    }

    /// <summary>A file can have millions of bad lines; a few of them tell the story, and none may crowd out what is found about the whole file.</summary>
    private void AddLine(FindingKind kind, string detail)
    {
        if (_lines++ < MostLines)
            Add(kind, detail);
        else if (_lines == MostLines + 1 || kind == FindingKind.InvalidItem)
            _hiddenKind = kind;
    }

    private void Add(FindingKind kind, string detail) => _findings.Add(new Finding(FindingSeverity.Error, kind, _file.Name, detail, Fix));
}

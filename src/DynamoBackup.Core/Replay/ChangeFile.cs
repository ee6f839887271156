using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>
/// Reads the changes of one data file of an increment. That its bytes and changes are those that were stored is proved at its end; whatever is wrong is an exception that names the backup and the file.
/// </summary>
/// <param name="backup">The increment.</param>
/// <param name="file">The file.</param>
internal sealed class ChangeFile(OpenedBackup backup, DataFile file)
{
    private readonly CanonicalChange _change = new();
    private readonly ContentDigest _digest = new();

    /// <summary>Reads the file.</summary>
    /// <param name="tap">Receives the changes.</param>
    /// <param name="sink">Waited for now and then; null where there is none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The digest of the changes.</returns>
    /// <exception cref="DynamoBackupException">The file is missing, damaged, or holds something that is not a change.</exception>
    public async Task<ContentDigest> ReadAsync(ChangeTap tap, ItemSink? sink, CancellationToken cancellationToken)
    {
        await using var reader = await DataFileReader.OpenAsync(backup.Store, file, cancellationToken, FileHashes.All) ?? throw Damaged("it is missing");
        if (reader.Lines is not { } lines)
            throw Damaged("its name does not end in .json, .json.gz or .json.zst");
        while (await FillAsync(lines, cancellationToken))
        {
            while (lines.TryRead(out var line))
            {
                if (line.Length > 0)
                    Take(line.Span, lines.LineNumber, tap);
            }

            if (lines.BytesRead > MostBytes)
                throw Damaged($"it decompresses to more than the {MostBytes:N0} bytes that it may hold");
            if (sink is not null)
                await sink.SettleAsync(cancellationToken);
        }

        // Not every decompressor notices that its data was cut.
        if (_digest.Count != file.ItemCount)
            throw Damaged($"it holds {_digest.Count:N0} changes, recorded are {file.ItemCount:N0}");
        if (file.Digest is not null && !file.Digest.Equals(_digest))
            throw Damaged($"its changes' digest is {_digest}, recorded is {file.Digest}");
        return await reader.FindChecksumDifferenceAsync(file, cancellationToken) is { } difference ? throw Damaged(difference.TrimEnd('.')) : _digest;
    }

    /// <summary>What cannot be replayed.</summary>
    /// <param name="why">Why, in words that go on a sentence.</param>
    /// <param name="cause">The cause; null where there is none.</param>
    /// <param name="code">What kind of error it is.</param>
    public DynamoBackupException Damaged(string why, Exception? cause = null, BackupErrorCode code = BackupErrorCode.BackupDamaged) => new(
        code,
        $"Backup {backup.Info.Id} cannot be replayed: '{file.Name}': {why}. Use another copy of this backup, or restore an instant before it. Test-DynamoBackup -Level Content shows all that is wrong.",
        backup.Info.TableName, cause);

    private long MostBytes => file.RawBytes ?? (long)Math.Min(long.MaxValue / 2d, (file.ItemCount + 1d) * LineReader.MaxLineBytes);

    private void Take(ReadOnlySpan<byte> line, long number, ChangeTap tap)
    {
        try
        {
            var change = _change.Read(line);
            _digest.Add(_change.Encoding);
            tap(line, change, number);
        }
        catch (InvalidItemException exception)
        {
            throw Damaged($"line {number}: {exception.Message}", exception);
        }
    }

    private async ValueTask<bool> FillAsync(LineReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.FillAsync(cancellationToken);
        }
        catch (Exception exception) when (Codec.IsDamage(exception) || exception is IOException or DynamoBackupException { Code: BackupErrorCode.InvalidItem })
        {
            throw Damaged(exception.Message.TrimEnd('.'), exception);
        }
    }
}

using System.Runtime.CompilerServices;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Wire;

namespace DynamoBackup.Segments;

/// <summary>Reads the items of one data file, in order, as bytes; whatever is wrong with the file, its checksums at the end included, is an exception that names it.</summary>
internal static class ItemSource
{
    /// <summary>
    /// Reads a file's items. An item's bytes are valid until the next one is asked for. That the file's bytes are those that were stored is proved at its end;
    /// until then nothing is proved about the items.
    /// </summary>
    /// <exception cref="DynamoBackupException">The file is missing, damaged, or holds something that is not an item.</exception>
    public static async IAsyncEnumerable<SourceItem> ReadAsync(IBackupStore store, DataFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = await DataFileReader.OpenAsync(store, file, cancellationToken) ?? throw Damaged(file, "it is missing", null);
        if (reader.Lines is not { } lines)
            throw Damaged(file, "its name does not end in .json, .json.gz or .json.zst", null);
        var count = 0L;
        while (await FillAsync(lines, file, cancellationToken))
        {
            while (lines.TryRead(out var line))
            {
                if (line.Length == 0)
                    continue;
                count++;
                yield return new SourceItem(Cut(line, file, lines.LineNumber), file, lines.LineNumber);
            }
        }

        // Not every decompressor notices that its data was cut.
        if (count != file.ItemCount)
            throw Damaged(file, $"it holds {count:N0} items, recorded are {file.ItemCount:N0}", null);
        if (await reader.FindChecksumDifferenceAsync(file, cancellationToken) is { } difference)
            throw Damaged(file, $"its bytes are not those that were stored. {difference.TrimEnd('.')}", null);
    }

    private static async ValueTask<bool> FillAsync(LineReader lines, DataFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.FillAsync(cancellationToken);
        }
        catch (Exception exception) when (Codec.IsDamage(exception) || exception is IOException or DynamoBackupException { Code: BackupErrorCode.InvalidItem })
        {
            throw Damaged(file, exception.Message.TrimEnd('.'), exception);
        }
    }

    private static ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> line, DataFile file, long number)
    {
        try
        {
            var slice = ItemLine.FindItem(line.Span);
            return line.Slice(slice.Start, slice.Length);
        }
        catch (InvalidItemException exception)
        {
            throw Damaged(file, $"line {number}: {exception.Message}", exception);
        }
    }

    private static DynamoBackupException Damaged(DataFile file, string why, Exception? cause) => new(
        BackupErrorCode.BackupDamaged,
        $"'{file.Name}' cannot be read: {why}. Run Test-DynamoBackup -Level Content on this backup, and use another copy or another backup.",
        file.Name, cause);
}

/// <summary>An item in a data file.</summary>
/// <param name="Json">Its bytes.</param>
/// <param name="File">The file.</param>
/// <param name="Line">Its line, counted from 1.</param>
internal readonly record struct SourceItem(ReadOnlyMemory<byte> Json, DataFile File, long Line)
{
    /// <summary>Reads the item.</summary>
    /// <exception cref="DynamoBackupException">It is not valid DynamoDB JSON.</exception>
    public void ReadInto(CanonicalItem item)
    {
        try
        {
            item.Read(Json.Span);
        }
        catch (InvalidItemException exception)
        {
            throw new DynamoBackupException(
                BackupErrorCode.InvalidItem,
                $"'{File.Name}' line {Line} is not a valid item: {exception.Message}. Run Test-DynamoBackup -Level Content on this backup to see all that is wrong.",
                File.Name, exception);
        }
    }
}

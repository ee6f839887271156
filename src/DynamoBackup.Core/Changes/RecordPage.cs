using System.Globalization;
using DynamoBackup.Wire;

namespace DynamoBackup.Changes;

/// <summary>Looks through a page of records: their order, their dates, and which of them count.</summary>
/// <param name="Position">The shard's position behind the page.</param>
/// <param name="Newest">The newest date; null on an empty page.</param>
internal readonly record struct RecordPage(ShardPosition Position, DateTimeOffset? Newest)
{
    /// <summary>Looks through a page.</summary>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="records">Where its records lie; those that are older than the position wants are taken out.</param>
    /// <param name="position">The shard's position before the page.</param>
    /// <exception cref="DynamoBackupException">A record cannot be read, or is not where it belongs.</exception>
    public static RecordPage Read(ReadOnlySpan<byte> bytes, List<JsonSlice> records, ShardPosition position)
    {
        if (records.Count == 0)
            return new RecordPage(position, null);
        // None, as at the shard's start, is before all records.
        var last = SequenceNumber.TryParse(position.After, out var after) ? after : default;
        var newest = 0L;
        var passed = 0;
        var oldest = position.NotBefore?.ToUnixTimeSeconds();
        for (var index = 0; index < records.Count; index++)
        {
            var record = ReadRecord(bytes.Slice(records[index].Start, records[index].Length), position.ShardId);
            if (record.SequenceNumber.CompareTo(last) <= 0)
                throw Disorder(position.ShardId, record.SequenceNumber, last);
            last = record.SequenceNumber;
            newest = Math.Max(newest, record.Seconds);
            if (record.Seconds < oldest)
                passed++;
            else
                oldest = null;
        }

        records.RemoveRange(0, passed);
        return new RecordPage(position with { After = last.ToString(), NotBefore = oldest is null ? null : position.NotBefore }, DateTimeOffset.FromUnixTimeSeconds(newest));
    }

    private static StreamRecord ReadRecord(ReadOnlySpan<byte> json, string shardId)
    {
        try
        {
            return StreamRecord.Read(json);
        }
        catch (InvalidItemException exception)
        {
            throw new DynamoBackupException(
                BackupErrorCode.InvalidItem, $"A record of shard {shardId} cannot be read: {exception.Message}. The endpoint or something before it alters responses; check what the endpoint is.", shardId, exception);
        }
    }

    private static DynamoBackupException Disorder(string shardId, SequenceNumber found, SequenceNumber last) => new(
        BackupErrorCode.AccountingMismatch,
        string.Create(
            CultureInfo.InvariantCulture,
            $"Shard {shardId} gave record {found} behind record {last}, which is no order. The endpoint or something before it alters responses; check what the endpoint is."),
        shardId);
}

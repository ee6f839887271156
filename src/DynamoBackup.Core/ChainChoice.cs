using System.Globalization;
using DynamoBackup.Chains;

namespace DynamoBackup;

/// <summary>Finds the backups that bring a state back, and tells which they are.</summary>
internal static class ChainChoice
{
    /// <summary>Backups that are told one by one at the beginning of a long chain.</summary>
    private const int MostTold = 4;

    /// <summary>Finds them.</summary>
    /// <param name="known">All backups of the table.</param>
    /// <param name="backup">The backup whose state is wanted; null where an instant says it.</param>
    /// <param name="at">The instant; null where a backup says it.</param>
    /// <param name="output">Told what is chosen, and where a fraction of a second is dropped.</param>
    /// <param name="rounded">What is worth knowing about the instant; null where there is nothing.</param>
    /// <exception cref="DynamoBackupException">No backups bring it back.</exception>
    public static RestorePoint Find(IReadOnlyList<BackupInfo> known, BackupInfo? backup, DateTimeOffset? at, IRunOutput output, out Finding? rounded)
    {
        rounded = null;
        if (at is not { } instant)
            return ChainMap.Of(known).Of(backup ?? throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Say what to restore: a backup, or an instant with -PointInTime."));
        var second = Second.Before(instant.UtcDateTime);
        if (second != instant.UtcDateTime)
        {
            var detail = $"{instant.UtcDateTime.ToString("o", CultureInfo.InvariantCulture)} is not a whole second: the state at the end of {Second.Text(second)} was taken.";
            output.Verbose(detail);
            rounded = new Finding(FindingSeverity.Information, FindingKind.InstantRounded, known.Count > 0 ? known[0].TableName : "", detail, "Nothing to do: a stream dates its changes by the second.");
        }

        var point = ChainMap.Of(known).Resolve(second);
        // -Id beside an instant chooses the base that the state is built on.
        return backup is null || point.Base.Id == backup.Id || point.Increments.Any(increment => increment.Id == backup.Id)
            ? point
            : throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"{Second.Text(second)} is brought back by backup {point.Base.Id} and those that build on it, and {backup.Id} is none of them. Leave -Id out: -PointInTime finds the backups by itself.", backup.Id);
    }

    /// <summary>The backups that are used, in words: which, from when to when, and how many changes.</summary>
    public static string Describe(RestorePoint point)
    {
        if (point.Increments.Count == 0)
            return $"full backup {point.Base.Id}";
        var told = point.Increments.Take(MostTold).Select(Describe).ToList();
        if (point.Increments.Count > MostTold)
        {
            if (point.Increments.Count > MostTold + 1)
                told.Add(string.Create(CultureInfo.InvariantCulture, $"{point.Increments.Count - MostTold - 1:N0} more"));
            told.Add(Describe(point.Increments[^1]));
        }

        return string.Create(CultureInfo.InvariantCulture, $"full backup {point.Base.Id} (of {Second.Text(point.Base.ToUtc ?? point.Base.CompletedUtc)}) and {point.Increments.Sum(increment => increment.ItemCount):N0} changes of {point.Increments.Count:N0} incremental {(point.Increments.Count == 1 ? "backup" : "backups")}: {string.Join("; ", told)}");
    }

    private static string Describe(BackupInfo increment) =>
        string.Create(CultureInfo.InvariantCulture, $"{increment.Id} ({Second.Text(increment.FromUtc)} to {Second.Text(increment.ToUtc)}, {increment.ItemCount:N0} changes)");
}

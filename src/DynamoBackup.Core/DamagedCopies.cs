using DynamoBackup.Chains;

namespace DynamoBackup;

/// <summary>Finds other backups in the place of one that turned out to be damaged when its data was read: a list of backups knows their manifests alone.</summary>
internal static class DamagedCopies
{
    /// <summary>The backups, with one copy marked as damaged.</summary>
    /// <param name="known">The backups.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="what">What is wrong with it.</param>
    public static IReadOnlyList<BackupInfo> Mark(IReadOnlyList<BackupInfo> known, BackupInfo copy, string what)
    {
        var finding = new Finding(FindingSeverity.Error, FindingKind.DataUnreadable, "", what, "Use another copy of this backup.");
        return [.. known.Select(backup => IsSame(backup, copy) ? backup with { Findings = [.. backup.Findings, finding] } : backup)];
    }

    /// <summary>What the backups bring back; null where they do not.</summary>
    /// <param name="find">Finds it.</param>
    public static RestorePoint? TryFind(Func<RestorePoint> find)
    {
        try
        {
            return find();
        }
        catch (DynamoBackupException exception) when (exception.Code is BackupErrorCode.PointInTimeNotCovered or BackupErrorCode.BaseMissing)
        {
            return null;
        }
    }

    /// <summary>What is read in the place of a copy, as a sentence.</summary>
    public static string Replacement(BackupInfo copy, RestorePoint point) => point.Increments.Prepend(point.Base).FirstOrDefault(backup => backup.Id == copy.Id) is { } other
        ? $"The copy at {other.Location} is read in its place."
        : $"Other backups lead to the same state, and are read in its place: {ChainChoice.Describe(point)}.";

    /// <summary>Whether an error is one of the backup that is read, so that another copy of it may help.</summary>
    public static bool IsOfBackup(DynamoBackupException exception) => exception.Code is
        BackupErrorCode.BackupDamaged or BackupErrorCode.InvalidItem or BackupErrorCode.StoreReadFailed or BackupErrorCode.UnsafePath or BackupErrorCode.BackupNotFound
        or BackupErrorCode.FormatNotSupported or BackupErrorCode.ManifestTooNew or BackupErrorCode.ManifestDamaged;

    /// <summary>Whether both are the same copy of a backup.</summary>
    public static bool IsSame(BackupInfo one, BackupInfo other) => one.Id == other.Id && one.Location == other.Location && one.Path == other.Path;
}

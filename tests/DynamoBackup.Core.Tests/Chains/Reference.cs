using static DynamoBackup.Core.Tests.Chains.ChainSample;

namespace DynamoBackup.Core.Tests.Chains;

/// <summary>Whether an instant can be restored, found by trying every way there is.</summary>
internal static class Reference
{
    public static bool Leads(IReadOnlyList<BackupInfo> backups, int second)
    {
        var sound = backups.Where(backup => !backup.IsDamaged).ToList();
        return sound.Where(backup => backup.Type == BackupType.Full).Any(start =>
            (start is { Exactness: BackupExactness.Exact, ExactWith: null } && FromState(start, start.ToUtc!.Value))
            || sound.Any(next => next.Type == BackupType.Incremental && Completes(next, start) && Reaches(next, start.ToUtc!.Value)));

        bool FromState(BackupInfo last, DateTime state) =>
            state == At(second) || sound.Any(next => next.Type == BackupType.Incremental && next.ToUtc > state && (next.ParentId is null ? next.FromUtc == Next(last, state) : next.FromUtc <= state && next.ParentId == last.Id)
                 && Reaches(next, state));

        bool Reaches(BackupInfo next, DateTime state) =>
            (next.ParentId is not null && state <= At(second) && At(second) <= next.ToUtc) || FromState(next, next.ToUtc!.Value);
    }

    private static bool Completes(BackupInfo next, BackupInfo full) =>
        next.ParentId == full.Id && full.ExactWith == next.Id;

    /// <summary>AWS's times end before the instant that they name, ours with the second.</summary>
    public static DateTime Next(BackupInfo last, DateTime state) =>
        last is { Type: BackupType.Incremental, ParentId: null } || last.Findings.Any(finding => finding.Kind == FindingKind.SidecarMissing) ? state : state.AddSeconds(1);
}

using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using DynamoBackup.Chains;
using static DynamoBackup.Core.Tests.Chains.ChainSample;

namespace DynamoBackup.Core.Tests.Chains;

/// <summary>Whatever is made, removed and damaged, what a map promises is kept, and what it refuses could not be done.</summary>
public sealed partial class ChainPropertyTests
{
    private const int Last = 60;

    /// <summary>A step of a table's history: what is made next, how long it takes, whether it survives.</summary>
    private static readonly Gen<(int Kind, int Length, int Back, int Fate)> Step = Gen.Select(Gen.Int[0, 7], Gen.Int[1, 6], Gen.Int[0, 4], Gen.Int[0, 9]);

    private static readonly Gen<List<BackupInfo>> Histories = Step.Array[1, 9].Select(Build);

    [Fact]
    public void An_instant_is_resolved_exactly_where_some_chain_leads_to_it() => Histories.Sample(
        backups =>
        {
            var map = ChainMap.Of(backups);
            for (var second = -1; second <= Last; second++)
            {
                try
                {
                    var point = map.Resolve(At(second));
                    Assert.Equal(At(second), point.AtUtc);
                    AssertLeadsTo(point, second);
                }
                catch (DynamoBackupException error) when (error.Code == BackupErrorCode.PointInTimeNotCovered)
                {
                    Assert.False(Reference.Leads(backups, second), $"{Describe(backups)}: {second} can be restored, but: {error.Message}");
                    AssertNearestResolve(map, error.Message, second);
                }
            }
        },
        iter: 1500);

    [Fact]
    public void Every_backup_is_in_one_chain_behind_those_that_it_takes_and_every_hole_is_shown() => Histories.Sample(
        backups =>
        {
            var map = ChainMap.Of(backups);
            var listed = map.Chains.SelectMany(chain => chain.Backups).ToList();
            Assert.Equal(backups.Select(backup => backup.Id).Order(StringComparer.Ordinal), listed.Select(backup => backup.Id).Order(StringComparer.Ordinal));
            foreach (var chain in map.Chains)
            {
                var seen = new HashSet<string>();
                foreach (var backup in chain.Backups)
                {
                    var isBroken = backup.Findings.Any(finding => finding.Kind == FindingKind.ChainBroken);
                    if (backup.Type == BackupType.Incremental && !backup.IsDamaged)
                        Assert.Subset(seen, map.Of(backup).Ids().Where(id => id != backup.Id).ToHashSet());
                    if (isBroken)
                        Assert.Equal(BackupErrorCode.BaseMissing, Assert.Throws<DynamoBackupException>(() => map.Of(backup)).Code);
                    seen.Add(backup.Id);
                }
            }

            var gaps = listed.Select(backup => backup.Gap).OfType<BackupGap>().ToList();
            var seconds = Enumerable.Range(0, Last).Where(second => Reference.Leads(backups, second)).ToList();
            for (var index = 1; index < seconds.Count; index++)
            {
                var isHole = seconds[index] - seconds[index - 1] > 1;
                Assert.Equal(isHole, gaps.Exists(gap => gap.FromUtc == At(seconds[index - 1]) && gap.ToUtc == At(seconds[index])));
            }
        },
        iter: 1500);

    private static void AssertLeadsTo(RestorePoint point, int second)
    {
        var start = point.Base;
        Assert.Equal(BackupType.Full, start.Type);
        Assert.True(start.ToUtc <= At(second));
        Assert.All(point.Increments.Prepend(start), backup => Assert.False(backup.IsDamaged));
        // What is missing of the base, and up to where all is there.
        var reached = start is { Exactness: BackupExactness.Exact, ExactWith: null } ? start.ToUtc!.Value : (DateTime?)null;
        var before = start;
        foreach (var link in point.Increments)
        {
            if (link.ParentId is not null)
                Assert.Equal(before.Id, link.ParentId);
            Assert.True(reached is { } state ? (link.ParentId is null ? link.FromUtc == Reference.Next(before, state) : link.FromUtc <= state) : link.Id == start.ExactWith);
            Assert.True(link.ToUtc >= (reached ?? start.ToUtc));
            (reached, before) = (link.ToUtc, link);
        }

        Assert.NotNull(reached);
        if (point.Increments is [.., { ParentId: not null } last])
        {
            Assert.True(last.ToUtc >= At(second));
            Assert.True(point.Increments.Count == 1 || point.Increments[^2].ToUtc < At(second), "More is replayed than it takes.");
        }
        else
        {
            Assert.Equal(At(second), reached);
        }
    }

    private static void AssertNearestResolve(ChainMap map, string message, int second)
    {
        var named = Instant().Matches(Told().Split(message)[0]).Select(match => DateTime.Parse(match.Value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal))
            .Where(instant => instant != At(second)).ToList();
        Assert.All(named, instant => Assert.NotNull(map.Resolve(instant)));
        for (var near = 0; near <= Last; near++)
        {
            if (near != second && named.TrueForAll(instant => Math.Sign((instant - At(second)).TotalSeconds) != Math.Sign(near - second) || Math.Abs((instant - At(second)).TotalSeconds) > Math.Abs(near - second)))
                Assert.Throws<DynamoBackupException>(() => map.Resolve(At(near)));
        }
    }

    private static List<BackupInfo> Build((int Kind, int Length, int Back, int Fate)[] steps)
    {
        var made = new List<BackupInfo>();
        var (now, id, last) = (0, 1, (BackupInfo?)null);
        foreach (var (kind, length, back, _) in steps)
        {
            var end = now + length;
            switch (kind)
            {
                case 0:
                    made.Add(Increment(id + 1, id, now, end));
                    made.Add(Full(id, now, end, id + 1));
                    last = made[^2];
                    break;
                case 1:
                    made.Add(last = Merged(id, end));
                    break;
                case 2:
                    made.Add(Fuzzy(id, now, end));
                    break;
                case 3:
                    made.Add(Export(id, end));
                    break;
                case 4 or 5 when last is not null:
                    made.Add(last = Increment(id, 0, 0, end) with { ParentId = last.Id, FromUtc = last.ToUtc });
                    break;
                default:
                    made.Add(Window(id, now - back, end));
                    break;
            }

            (now, id) = (end, id + 2);
        }

        // Some are removed, some damaged.
        return [.. made.Select((backup, index) => (backup, steps[index % steps.Length].Fate)).Where(pair => pair.Fate > 1).Select(pair => pair.Fate == 2 ? Damaged(pair.backup) : pair.backup)];
    }

    private static string Describe(List<BackupInfo> backups) => string.Join("; ", backups.Select(backup => $"{backup.Type} {backup.Id[^3..]} on {backup.ParentId?[^3..]} {(backup.FromUtc - Zero)?.TotalSeconds}-{(backup.ToUtc - Zero)?.TotalSeconds} {backup.Exactness} {backup.ExactWith?[^3..]}{(backup.IsDamaged ? " damaged" : "")}"));

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    private static partial Regex Instant();

    /// <summary>Where the nearest instants have been told, and others follow.</summary>
    [GeneratedRegex("The reason:|What follows|Nearest of")]
    private static partial Regex Told();
}

using DynamoBackup.Chains;
using static DynamoBackup.Core.Tests.Chains.ChainSample;

namespace DynamoBackup.Core.Tests.Chains;

/// <summary>Exports by AWS, which go by time: they extend chains of both kinds, and bring back the ends of their times alone.</summary>
public sealed class ExportChainTests
{
    [Fact]
    public void Exports_follow_one_another_by_time_and_only_their_ends_are_restorable()
    {
        var map = ChainMap.Of([Export(1, 0), Window(2, 0, 10), Window(3, 10, 20)]);
        Assert.Equal(Ids(1), map.Resolve(At(0)).Ids());
        Assert.Equal(Ids(1, 2), map.Resolve(At(10)).Ids());
        Assert.Equal(Ids(1, 2, 3), map.Resolve(At(20)).Ids());
        Assert.Equal([(At(0), At(0)), (At(10), At(10)), (At(20), At(20))], map.Restorable);
        var error = Refused(() => map.Resolve(At(15)));
        Assert.Contains($"{Text(10)} before it and {Text(20)} after it. The reason: {Id(3)} is an incremental export by AWS", error.Message, StringComparison.Ordinal);
        Assert.Contains("newer export by AWS", Refused(() => map.Resolve(At(21))).Message, StringComparison.Ordinal);
        Assert.Equal([null, At(0), At(10)], Assert.Single(map.Chains).Backups.Select(backup => backup.Gap?.FromUtc));
    }

    [Fact]
    public void A_hole_between_two_breaks_the_chain_however_small_and_so_does_an_overlap()
    {
        var map = ChainMap.Of([Export(1, 0), Window(2, 0, 10), Window(3, 11, 20)]);
        Assert.Equal(Ids(1, 2), map.Resolve(At(10)).Ids());
        Refused(() => map.Resolve(At(20)));
        Refused(() => ChainMap.Of([Export(1, 0.2), Window(2, 0, 10) with { FromUtc = At(0.9) }]).Resolve(At(10)));
        // What was put and deleted within a window is not in it: an item that is there at a state within would come back to life.
        Refused(() => ChainMap.Of([Export(1, 0.2), Window(2, 0, 10)]).Resolve(At(10)));
        Refused(() => ChainMap.Of([Export(1, 0), Window(2, 0, 10), Window(3, 8, 20)]).Resolve(At(20)));
    }

    [Fact]
    public void A_removed_one_does_not_matter_where_a_longer_one_covers_its_time()
    {
        var map = ChainMap.Of([Export(1, 0), Window(2, 0, 10), Window(3, 0, 20)]);
        Assert.Equal(Ids(1, 3), map.Resolve(At(20)).Ids());
    }

    [Fact]
    public void One_extends_a_chain_of_incremental_backups()
    {
        var map = ChainMap.Of([Full(1, 0, 10, 2), Increment(2, 1, 0, 10), Increment(3, 2, 10, 20), Window(4, 0, 30) with { FromUtc = At(20).AddSeconds(1) }]);
        Assert.Equal(Ids(1, 2, 3, 4), map.Resolve(At(30)).Ids());
        Refused(() => map.Resolve(At(25)));
    }

    [Fact]
    public void One_that_holds_the_whole_scan_of_an_inexact_backup_does_not_make_it_exact()
    {
        Refused(() => ChainMap.Of([Fuzzy(1, 5, 10), Window(2, 0, 20), Window(3, 20, 30)]).Resolve(At(20)));
        Refused(() => ChainMap.Of([Full(1, 5, 10, 2), Window(3, 0, 20)]).Resolve(At(20)));
    }

    [Fact]
    public void One_without_anything_before_it_or_of_another_table_is_told()
    {
        var orphan = Window(1, 0, 10);
        var map = ChainMap.Of([orphan, Export(2, 20), Window(3, 20, 30) with { TableId = "0000" }]);
        Assert.Equal(BackupErrorCode.BaseMissing, Assert.Throws<DynamoBackupException>(() => map.Of(orphan)).Code);
        Assert.Equal([true, false, true], map.Chains.SelectMany(chain => chain.Backups).Select(backup => backup.Findings.Any(finding => finding.Kind == FindingKind.ChainBroken)));
        Assert.Equal(BackupErrorCode.BaseMissing, Assert.Throws<DynamoBackupException>(() => ChainMap.Of([Export(2, 0), orphan with { FromUtc = null }]).Of(orphan)).Code);
    }

    [Fact]
    public void Incremental_backups_do_not_follow_one_by_name_or_by_time()
    {
        var map = ChainMap.Of([Export(1, 0), Window(2, 0, 10), Increment(3, 2, 10, 20), Increment(4, 9, 10, 20)]);
        Refused(() => map.Resolve(At(15)));
    }

    [Fact]
    public void One_of_a_kind_that_is_not_read_is_no_link()
    {
        var unread = Window(2, 0, 10) with { Findings = [new(FindingSeverity.Error, FindingKind.FormatNotSupported, "manifest-summary.json", "Amazon Ion.", "Export it again.")] };
        var error = Refused(() => ChainMap.Of([Export(1, 0), unread]).Resolve(At(10)));
        Assert.Contains($"backup {Id(2)} is of a kind that is not read", error.Message, StringComparison.Ordinal);
    }

    private static DynamoBackupException Refused(Action action)
    {
        var error = Assert.Throws<DynamoBackupException>(action);
        Assert.Equal(BackupErrorCode.PointInTimeNotCovered, error.Code);
        return error;
    }
}

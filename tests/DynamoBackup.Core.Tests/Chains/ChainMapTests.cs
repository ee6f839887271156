using DynamoBackup.Chains;
using static DynamoBackup.Core.Tests.Chains.ChainSample;

namespace DynamoBackup.Core.Tests.Chains;

/// <summary>Which backups bring an instant back, and what is said where none do.</summary>
public sealed class ChainMapTests
{
    /// <summary>Read from 0 to 10, exact at 10 with 2; links to 20 and 30.</summary>
    private static readonly BackupInfo[] Ours = [Full(1, 0, 10, 2), Increment(2, 1, 0, 10), Increment(3, 2, 10, 20), Increment(4, 3, 20, 30)];

    [Theory]
    [InlineData(10, 1, 2)]
    [InlineData(11, 1, 2, 3)]
    [InlineData(20, 1, 2, 3)]
    [InlineData(21.9, 1, 2, 3, 4)]
    [InlineData(30.999, 1, 2, 3, 4)]
    public void As_many_links_are_used_as_the_second_needs(double at, params int[] expected)
    {
        var point = ChainMap.Of(Ours).Resolve(At(at));
        Assert.Equal(Ids(expected), point.Ids());
        Assert.Equal(At(Math.Floor(at)), point.AtUtc);
    }

    [Theory]
    [InlineData(9.999)]
    [InlineData(0)]
    [InlineData(-100)]
    public void An_instant_within_the_scan_or_before_it_is_refused_with_the_first_one_that_can_be_restored(double at)
    {
        var error = Refused(() => ChainMap.Of(Ours).Resolve(At(at)));
        Assert.Contains($"the first instant that can be restored is {Text(10)}", error.Message, StringComparison.Ordinal);
        Assert.Equal("Orders", error.Target);
    }

    [Fact]
    public void An_instant_after_the_newest_link_is_refused_and_the_message_says_what_brings_more()
    {
        var error = Refused(() => ChainMap.Of(Ours).Resolve(At(31)));
        Assert.Contains($"they reach up to {Text(30)}. Backup-DynamoTable -Type Incremental brings more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_base_with_a_chain_to_the_instant_is_used()
    {
        var map = ChainMap.Of([.. Ours, Full(6, 22, 25, 7), Increment(7, 6, 22, 25), Increment(8, 4, 30, 40)]);
        Assert.Equal(Ids(1, 2, 3, 4), map.Resolve(At(24)).Ids());
        Assert.Equal(Ids(6, 7), map.Resolve(At(25)).Ids());
        Assert.Equal(Ids(1, 2, 3, 4), map.Resolve(At(26)).Ids());
        Assert.Equal(Ids(1, 2, 3, 4, 8), map.Resolve(At(40)).Ids());
        Assert.Equal(2, map.Chains.Count);
        Assert.Equal([(At(10), At(40))], map.Restorable);
    }

    [Fact]
    public void A_base_that_is_exact_alone_needs_nothing_at_its_second()
    {
        var map = ChainMap.Of([Merged(1, 10), Increment(2, 1, 10, 20)]);
        Assert.Equal(Ids(1), map.Resolve(At(10)).Ids());
        Assert.Equal(Ids(1, 2), map.Resolve(At(11)).Ids());
    }

    [Fact]
    public void A_scan_during_which_nothing_changed_needs_no_replay()
    {
        BackupInfo[] backups = [Ours[0], Ours[1] with { ItemCount = 0 }, Ours[2]];
        var map = ChainMap.Of(backups);
        Assert.Equal(Ids(1), map.Resolve(At(10)).Ids());
        Assert.Equal(Ids(1, 2, 3), map.Resolve(At(11)).Ids());
        Assert.Equal(new RestorePoint(backups[0], [], null), map.Of(backups[0]));
    }

    [Fact]
    public void Between_two_chains_the_nearest_instants_are_named_and_the_recorded_reason()
    {
        var next = Full(5, 50, 60, 6) with { Gap = new(At(30), At(60), "the stream was turned off and on again") };
        var error = Refused(() => ChainMap.Of([.. Ours, next, Increment(6, 5, 50, 60)]).Resolve(At(45)));
        Assert.Contains($"{Text(30)} before it and {Text(60)} after it. The reason: the stream was turned off and on again.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "backup 01772359200003-00000003 is missing")]
    [InlineData(true, "backup 01772359200003-00000003 is damaged")]
    public void Behind_a_link_that_is_missing_or_damaged_nothing_is_restorable(bool isThere, string reason)
    {
        BackupInfo[] left = [Ours[0], Ours[1], Ours[3]];
        var map = ChainMap.Of(isThere ? [.. left, Damaged(Ours[2])] : left);
        Assert.Equal(Ids(1, 2), map.Resolve(At(10)).Ids());
        var error = Refused(() => map.Resolve(At(25)));
        Assert.Contains($"up to {Text(10)}. What follows cannot be used: {reason}", error.Message, StringComparison.Ordinal);
        var broken = Assert.Throws<DynamoBackupException>(() => map.Of(Ours[3]));
        Assert.Equal(BackupErrorCode.BaseMissing, broken.Code);
        Assert.Contains(reason, broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_what_changed_during_its_scan_a_full_backup_is_no_base_and_is_restored_as_it_is_with_a_warning()
    {
        var map = ChainMap.Of([Ours[0], Ours[2]]);
        var error = Refused(() => map.Resolve(At(15)));
        Assert.Contains($"restore it with -Id {Id(1)}, without -PointInTime", error.Message, StringComparison.Ordinal);
        var point = map.Of(Ours[0]);
        Assert.Null(point.AtUtc);
        Assert.Empty(point.Increments);
        var finding = Assert.Single(point.Base.Findings);
        Assert.Equal((FindingSeverity.Warning, FindingKind.NotExact), (finding.Severity, finding.Kind));
        Assert.Contains(Id(2), finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restore_of_one_backup_takes_what_it_builds_on_and_what_makes_it_exact()
    {
        var map = ChainMap.Of([.. Ours, Fuzzy(9, 40, 50)]);
        Assert.Equal(Ids(1, 2), map.Of(Ours[0]).Ids());
        Assert.Equal(At(10), map.Of(Ours[0]).AtUtc);
        Assert.Equal(Ids(1, 2, 3), map.Of(Ours[2] with { Location = "/elsewhere" }).Ids());
        Assert.Equal(At(20), map.Of(Ours[2]).AtUtc);
        Assert.Equal(new RestorePoint(Fuzzy(9, 40, 50), [], null) with { Base = map.Of(Fuzzy(9, 40, 50)).Base }, map.Of(Fuzzy(9, 40, 50)));
        Assert.Equal(BackupErrorCode.BackupNotFound, Assert.Throws<DynamoBackupException>(() => map.Of(Merged(77, 1))).Code);
    }

    [Fact]
    public void An_inexact_backup_is_no_instant_and_the_nearest_one_is_named()
    {
        var map = ChainMap.Of([Fuzzy(1, 0, 10), Old(2, 20.2, 29.4)]);
        Assert.Empty(map.Restorable);
        var error = Refused(() => map.Resolve(At(24)));
        Assert.Contains($"is {Id(2)}, the table as it was between {Text(20)} and {Text(30)}: restore it with -Id {Id(2)}", error.Message, StringComparison.Ordinal);
        Assert.Contains(Id(1), Refused(() => map.Resolve(At(12))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_table_of_the_same_name_has_chains_of_its_own()
    {
        var again = Increment(5, 4, 30, 40) with { TableId = "0000" };
        var map = ChainMap.Of([.. Ours, again]);
        Assert.Contains("deleted and created again", Refused(() => map.Resolve(At(35))).Message, StringComparison.Ordinal);
        // Without an id on one side the ids of others decide.
        var unknown = Increment(5, 4, 30, 40) with { TableId = null };
        map = ChainMap.Of([.. Ours, unknown, Increment(6, 5, 40, 50) with { TableId = "0000" }]);
        Assert.Equal(Ids(1, 2, 3, 4, 5), map.Resolve(At(40)).Ids());
        Refused(() => map.Resolve(At(41)));
    }

    [Fact]
    public void A_link_of_another_stream_or_with_a_hole_before_it_breaks_the_chain()
    {
        Assert.Contains("another stream", Refused(() => ChainMap.Of([.. Ours, Increment(5, 4, 30, 40) with { StreamArn = ChainSample.StreamArn + "0" }]).Resolve(At(35))).Message, StringComparison.Ordinal);
        Assert.Contains("does not begin where", Refused(() => ChainMap.Of([.. Ours, Increment(5, 4, 31, 40)]).Resolve(At(35))).Message, StringComparison.Ordinal);
        Assert.Contains("does not reach beyond", Refused(() => ChainMap.Of([.. Ours, Increment(5, 4, 30, 29), Increment(6, 5, 29, 40)]).Resolve(At(35))).Message, StringComparison.Ordinal);
        Assert.Contains("does not reach beyond", Refused(() => ChainMap.Of([.. Ours, Increment(5, 4, 30, 40) with { ToUtc = null }]).Resolve(At(35))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parents_in_a_circle_are_told_and_hang_nothing()
    {
        var map = ChainMap.Of([Increment(1, 2, 0, 10), Increment(2, 1, 0, 10), Increment(3, 3, 0, 10)]);
        Assert.Equal(3, map.Chains.Count);
        Assert.Contains("circle", Assert.Throws<DynamoBackupException>(() => map.Of(Increment(3, 3, 0, 10))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sound_copy_is_used_and_the_first_of_several()
    {
        BackupInfo[] copies = [.. Ours.Select(backup => Damaged(backup)), .. Ours.Select(backup => backup with { Location = "/second" }), .. Ours.Select(backup => backup with { Location = "/third" })];
        var point = ChainMap.Of(copies).Resolve(At(30));
        Assert.Equal(Ids(1, 2, 3, 4), point.Ids());
        Assert.All(point.Increments.Prepend(point.Base), backup => Assert.Equal("/second", backup.Location));
        Assert.Single(ChainMap.Of(copies).Chains);
    }

    [Fact]
    public void A_chain_may_lie_in_several_stores()
    {
        var point = ChainMap.Of(Ours.Select((backup, index) => backup with { Location = $"/{index}" })).Resolve(At(30));
        Assert.Equal(["/0", "/1", "/2", "/3"], point.Increments.Prepend(point.Base).Select(backup => backup.Location));
    }

    [Fact]
    public void Extreme_times_from_a_hostile_manifest_end_nothing()
    {
        var late = Merged(1, 0) with { FromUtc = DateTime.MaxValue, ToUtc = DateTime.MaxValue };
        var map = ChainMap.Of([late, Old(2, 0, 0) with { StartedUtc = default, CompletedUtc = DateTime.MaxValue }, Merged(3, 0) with { ToUtc = DateTime.MinValue }]);
        Assert.Equal(3, map.Chains.Count);
        Assert.Equal(Ids(1), map.Resolve(DateTimeOffset.MaxValue).Ids());
        Refused(() => map.Resolve(At(0)));
        Assert.Equal(Ids(3), map.Resolve(DateTimeOffset.MinValue).Ids());
    }

    [Fact]
    public void A_long_chain_is_mapped_in_one_go()
    {
        const int Count = 20_000;
        var map = ChainMap.Of([Merged(0, 0), .. Enumerable.Range(1, Count).Select(number => Increment(number, number - 1, number - 1, number))]);
        Assert.Equal(Count, map.Resolve(At(Count)).Increments.Count);
        Assert.Equal(Count, Assert.Single(map.Chains).Links.Count);
    }

    [Fact]
    public void Without_backups_there_is_nothing_to_resolve_and_of_several_tables_there_is_no_map()
    {
        Refused(() => ChainMap.Of([]).Resolve(At(0)));
        Assert.Throws<ArgumentException>(() => ChainMap.Of([Merged(1, 0), Merged(2, 0) with { TableArn = Arn + "2" }]));
    }

    private static DynamoBackupException Refused(Action action)
    {
        var error = Assert.Throws<DynamoBackupException>(action);
        Assert.Equal(BackupErrorCode.PointInTimeNotCovered, error.Code);
        return error;
    }
}

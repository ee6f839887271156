using DynamoBackup.Chains;
using static DynamoBackup.Core.Tests.Chains.ChainSample;

namespace DynamoBackup.Core.Tests.Chains;

/// <summary>How chains are shown: in order, with what is broken and what lies between them.</summary>
public sealed class ChainListTests
{
    [Fact]
    public void A_base_comes_first_then_its_links_in_order_and_a_sound_chain_has_no_findings()
    {
        var chain = Assert.Single(ChainMap.Of([Increment(4, 3, 20, 30), Increment(3, 2, 10, 20), Increment(2, 5, 0, 10), Full(5, 0, 10, 2)]).Chains);
        Assert.Equal(Id(5), chain.Base?.Id);
        Assert.Equal(Ids(5, 2, 3, 4), chain.Backups.Select(backup => backup.Id));
        Assert.All(chain.Backups, backup => Assert.Empty(backup.Findings));
        Assert.All(chain.Backups, backup => Assert.Null(backup.Gap));
    }

    [Fact]
    public void Links_without_their_base_are_a_chain_and_each_names_what_is_missing()
    {
        var chain = Assert.Single(ChainMap.Of([Increment(3, 2, 10, 20), Increment(4, 3, 20, 30)]).Chains);
        Assert.Null(chain.Base);
        Assert.All(chain.Links, link =>
        {
            var finding = Assert.Single(link.Findings);
            Assert.Equal((FindingSeverity.Error, FindingKind.ChainBroken), (finding.Severity, finding.Kind));
            Assert.Contains($"backup {Id(2)} is missing", finding.Detail, StringComparison.Ordinal);
            Assert.Contains("-Source", finding.Fix, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Between_chains_lies_a_gap_also_where_none_was_recorded()
    {
        var map = ChainMap.Of([Full(1, 0, 10, 2), Increment(2, 1, 0, 10), Full(3, 50, 60, 4), Increment(4, 3, 50, 60)]);
        Assert.Equal(2, map.Chains.Count);
        var after = map.Chains[1].Base!;
        Assert.Equal((At(10), At(60)), (after.Gap?.FromUtc, after.Gap?.ToUtc));
        var finding = Assert.Single(after.Findings);
        Assert.Equal((FindingSeverity.Warning, FindingKind.ChainGap), (finding.Severity, finding.Kind));
        Assert.Contains($"after {Text(10)} and before {Text(60)}", finding.Detail, StringComparison.Ordinal);
        Assert.All(map.Chains.SelectMany(chain => chain.Backups).Where(backup => backup.Id != Id(3)), backup => Assert.Null(backup.Gap));
        // A map of what was listed before says it once.
        Assert.Single(ChainMap.Of(map.Chains.SelectMany(chain => chain.Backups)).Chains[1].Base!.Findings);
    }

    [Fact]
    public void A_recorded_gap_counts_only_as_far_as_nothing_else_covers_it()
    {
        var late = Full(3, 50, 60, 4) with { Gap = new(At(10), At(60), "changes left the stream") };
        BackupInfo[] next = [late, Increment(4, 3, 50, 60)];
        var gap = ChainMap.Of([Merged(1, 20), .. next]).Chains[1].Base!.Gap;
        Assert.Equal(new BackupGap(At(20), At(60), "changes left the stream"), gap);
        Assert.Null(ChainMap.Of([Merged(1, 20), Increment(2, 1, 20, 60), .. next]).Chains[1].Base!.Gap);
        // What was before it has been removed.
        Assert.Equal(new BackupGap(null, At(60), "changes left the stream"), Assert.Single(ChainMap.Of(next).Chains).Base!.Gap);
    }

    [Fact]
    public void Full_backups_that_follow_within_a_second_leave_no_gap()
    {
        Assert.All(ChainMap.Of([Merged(1, 10), Merged(2, 11), Merged(3, 11)]).Chains, chain => Assert.Null(chain.Base!.Gap));
        Assert.Equal(At(11), ChainMap.Of([Merged(1, 10), Merged(2, 11), Merged(3, 13)]).Chains[2].Base!.Gap?.FromUtc);
    }

    [Theory]
    [InlineData("0000", "deleted and created again")]
    [InlineData("5f1c", "begins a new chain")]
    public void The_reason_for_a_gap_is_told(string tableId, string reason)
    {
        var gap = ChainMap.Of([Merged(1, 10), Merged(2, 20) with { TableId = tableId }]).Chains[1].Base!.Gap;
        Assert.Contains(reason, gap?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_link_is_the_reason_for_the_gap_behind_it()
    {
        var gap = ChainMap.Of([Merged(1, 10), Damaged(Increment(2, 1, 10, 20)), Merged(3, 30)]).Chains[1].Base!.Gap;
        Assert.Equal($"backup {Id(2)} is damaged", gap?.Reason);
    }

    [Fact]
    public void A_full_backup_that_is_no_instant_says_so()
    {
        var listed = ChainMap.Of([Fuzzy(1, 0, 10), Full(2, 20, 30, 3)]).Chains.Select(chain => Assert.Single(chain.Base!.Findings)).ToList();
        Assert.Equal([FindingSeverity.Information, FindingSeverity.Warning], listed.Select(finding => finding.Severity));
        Assert.All(listed, finding => Assert.Equal(FindingKind.NotExact, finding.Kind));
        Assert.Contains(Id(3), listed[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_that_follow_the_same_backup_are_each_behind_it()
    {
        var chain = Assert.Single(ChainMap.Of([Merged(1, 10), Increment(2, 1, 10, 20), Increment(3, 2, 20, 30), Increment(4, 1, 10, 25), Increment(5, 4, 25, 40)]).Chains);
        Assert.Equal(Ids(1, 2, 3, 4, 5), chain.Backups.Select(backup => backup.Id));
    }
}

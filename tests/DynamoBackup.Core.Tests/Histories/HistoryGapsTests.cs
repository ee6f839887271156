namespace DynamoBackup.Core.Tests.Histories;

/// <summary>Which times' changes are in no backup.</summary>
public sealed class HistoryGapsTests
{
    [Fact]
    public void A_chain_without_holes_has_none_and_copies_that_overlap_make_none() =>
        Assert.Empty(Gaps([Full(0, 5), Increment(5, 10), Increment(5, 20), Increment(11, 20), Increment(20, 30)]));

    [Fact]
    public void Between_increments_and_before_a_full_backup_that_follows_them_there_is_one() =>
        Assert.Equal(["10-15", "20-40"], Gaps([Full(0, 5), Increment(5, 10), Increment(15, 20), Full(35, 40), Increment(40, 50)]));

    [Fact]
    public void An_increment_that_could_not_be_read_is_one_even_if_it_is_the_first()
    {
        BackupInfo[] all = [Full(0, 5), Increment(5, 10), Increment(10, 20)];
        Assert.Equal(["5-10"], Gaps([all[0], all[2]], all));
    }

    [Fact]
    public void Where_the_first_increments_are_gone_it_begins_with_the_full_backup() =>
        Assert.Equal(["5-10"], Gaps([Full(0, 1), Full(4, 5), Increment(10, 20)]));

    [Fact]
    public void Full_backups_alone_have_none_and_so_have_those_that_are_exact_by_a_small_one()
    {
        Assert.Empty(Gaps([Full(0, 5), Full(20, 25)]));
        var completion = Increment(20, 25);
        Assert.Empty(Gaps([Full(0, 5), Full(20, 25) with { ExactWith = completion.Id }, completion, Full(40, 45)]));
        Assert.Equal(["30-45"], Gaps([Full(20, 25) with { ExactWith = completion.Id }, completion, Increment(25, 30), Full(40, 45)]));
    }

    [Fact]
    public void Many_are_told_in_few_words()
    {
        var told = HistoryGaps.Describe("Orders", [.. Enumerable.Range(0, 5).Select(hole => (At(hole * 10), At((hole * 10) + 5)))]);
        Assert.Contains("'Orders' between 2026-01-01T00:00:00Z and 2026-01-01T00:00:05Z, between", told, StringComparison.Ordinal);
        Assert.Contains(", and 2 more times", told, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Gaps(BackupInfo[] read, BackupInfo[]? all = null) =>
        HistoryGaps.Of(read, all ?? read).Select(gap => $"{(gap.From - At(0)).TotalSeconds}-{(gap.To - At(0)).TotalSeconds}");

    private static DateTime At(int second) => new(2026, 1, 1, 0, 0, second, DateTimeKind.Utc);

    private static BackupInfo Full(int from, int to) => Increment(from, to) with { Type = BackupType.Full };

    private static BackupInfo Increment(int from, int to) => new()
    {
        TableName = "Orders",
        TableArn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders",
        Id = $"{from:D14}-{to:x8}",
        Type = BackupType.Incremental,
        Location = "/store",
        Path = "Orders",
        FromUtc = At(from),
        ToUtc = At(to),
    };
}

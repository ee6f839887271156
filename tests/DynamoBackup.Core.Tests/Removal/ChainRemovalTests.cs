using DynamoBackup.Core.Tests.Manifests;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;

namespace DynamoBackup.Core.Tests.Removal;

/// <summary>No removal leaves a backup without what it builds on, and a whole chain goes in one go.</summary>
public sealed class ChainRemovalTests
{
    private const string Full = "01700000000000-00000001";
    private const string First = "01700000001000-00000001";
    private const string Second = "01700000002000-00000001";

    private readonly MemoryStore _store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("01690000000000-0000000e")]
    [InlineData("01700000000500-0000000e")]
    public async Task What_makes_a_full_backup_exact_and_the_full_backup_go_only_together(string completion)
    {
        await MakeAsync(completion, links: 0);
        // Another sound one, with which the search could end.
        await AddAsync("01695000000000-00000001", null);
        var alone = await RefusedAsync(completion);
        Assert.Contains($"full backup {Full}", alone.Message, StringComparison.Ordinal);
        Assert.Contains($"Get-DynamoBackup -Source 'memory' -Id {completion} -Chain | Remove-DynamoBackup", alone.Message, StringComparison.Ordinal);
        Assert.Contains(completion, (await RefusedAsync(Full)).Message, StringComparison.Ordinal);

        await RemoveAsync(Full, completion);
        Assert.Null(await BackupReader.ReadAsync(_store, FolderOf(Full), Cancellation));
        await RemoveAsync(completion);
        Assert.DoesNotContain(_store.Names, name => name.Contains(completion, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_middle_link_is_refused_and_the_last_one_goes()
    {
        await MakeAsync("01690000000000-0000000e", links: 2);
        Assert.Contains(Second, (await RefusedAsync(First)).Message, StringComparison.Ordinal);
        await RemoveAsync(Second);
        await RemoveAsync(First);
    }

    [Fact]
    public async Task A_full_backup_does_not_go_with_what_makes_it_exact_while_others_build_on_that()
    {
        const string Completion = "01690000000000-0000000e";
        await MakeAsync(Completion, links: 1);
        Assert.Contains(First, (await RefusedAsync(Full, Completion)).Message, StringComparison.Ordinal);
        Assert.Contains(First, (await RefusedAsync(Completion, Full)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_the_order_for_removal_each_can_go_in_whatever_order_they_were_given()
    {
        const string Completion = "01690000000000-0000000e";
        await MakeAsync(Completion, links: 2);
        var all = new List<BackupInfo>();
        foreach (var id in new[] { First, Completion, Second, Full })
            all.Add((await BackupReader.ReadAsync(_store, FolderOf(id), Cancellation))!.Info);
        for (var turn = 0; turn < all.Count; turn++)
        {
            all = [.. all[1..], all[0]];
            Assert.Equal([Second, First, Full, Completion], RemovalRun.Order(all).Select(backup => backup.Id));
        }

        foreach (var backup in RemovalRun.Order(all))
            await RemoveAsync(backup.Id, backup.ExactWith is { } completion ? [completion] : []);
        Assert.Empty(_store.Names);
    }

    [Fact]
    public void A_long_chain_and_one_in_a_circle_are_ordered()
    {
        const int Count = 50_000;
        var backups = Enumerable.Range(0, Count).Select(number => Chains.ChainSample.Increment(number, number - 1, number, number + 1)).ToList();
        Assert.Equal(Enumerable.Range(0, Count).Reverse().Select(Chains.ChainSample.Id), RemovalRun.Order(backups).Select(backup => backup.Id));
        Assert.Equal(2, RemovalRun.Order([Chains.ChainSample.Increment(1, 2, 0, 1), Chains.ChainSample.Increment(2, 1, 0, 1)]).Count);
        BackupInfo[] unrelated = [Chains.ChainSample.Merged(3, 1), Chains.ChainSample.Merged(1, 1), Chains.ChainSample.Increment(2, 77, 1, 2)];
        Assert.Equal(unrelated, RemovalRun.Order(unrelated));
    }

    private static string FolderOf(string id) => $"Orders/AWSDynamoDB/{id}";

    private async Task MakeAsync(string completion, int links)
    {
        await AddAsync(completion, Full);
        await AddAsync(Full, null, completion);
        if (links > 0)
            await AddAsync(First, completion);
        if (links > 1)
            await AddAsync(Second, First);
    }

    private Task AddAsync(string id, string? parent, string? exactWith = null) =>
        BackupSealer.SealAsync(
            _store, FolderOf(id),
            BackupSample.Draft(id) with { FromUtc = "2026-01-01T00:00:00.000Z", ToUtc = "2026-01-01T00:05:00.000Z", ParentId = parent, Type = parent is null ? Sidecar.FullType : Sidecar.IncrementalType, Exactness = exactWith is null ? null : Sidecar.Exact, ExactWith = exactWith },
            [], "5f1c-table-id", Cancellation);

    private async Task<DynamoBackupException> RefusedAsync(string id, params string[] together)
    {
        var refused = await Assert.ThrowsAsync<DynamoBackupException>(() => PlanAsync(id, together));
        Assert.Equal(BackupErrorCode.BackupHasChildren, refused.Code);
        return refused;
    }

    private async Task RemoveAsync(string id, params string[] together) =>
        await RemovalRun.RemoveAsync(_store, Assert.Single(await PlanAsync(id, together)), new CollectedOutput(), Cancellation);

    private Task<IReadOnlyList<RemovalPlan>> PlanAsync(string id, string[] together) =>
        RemovalRun.PlanAsync(_store, new() { Source = "memory", Id = id, Together = together }, new CollectedOutput(), DateTimeOffset.UnixEpoch, Cancellation);
}

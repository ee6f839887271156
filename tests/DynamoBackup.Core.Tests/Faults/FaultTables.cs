using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>The tables that all schedules read: one of 2,000 mixed and awkward items, and one of few and large items, whose backup takes S3 several parts.</summary>
public sealed class FaultTables(DynaliteFixture dynalite) : IAsyncLifetime
{
    private const int SmallItems = 2_000;
    private const int LargeItems = 24;
    private const int LargeBytes = 390_000;

    /// <summary>The table of small items, and its digest.</summary>
    public (string Name, string Digest) Small { get; private set; }

    /// <summary>The table of large items, and its digest.</summary>
    public (string Name, string Digest) Large { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Small = await NewAsync([.. AwkwardItems.All(), .. MixedItems.Create(SmallItems)]);
        Large = await NewAsync([.. MixedItems.Create(200), .. Enumerable.Range(0, LargeItems).Select(number =>
        {
            var item = MixedItems.At(number, seed: 2);
            item["payload"] = new(new string((char)('a' + number), LargeBytes));
            return item;
        })]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<(string Name, string Digest)> NewAsync(List<Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>> items)
    {
        var name = await dynalite.NewTableAsync(items);
        return (name, await IndependentDigest.OfTableAsync(dynalite.Client, name, TestContext.Current.CancellationToken));
    }
}

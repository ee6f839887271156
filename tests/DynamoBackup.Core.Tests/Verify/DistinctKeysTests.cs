using System.Text;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Verify;

public sealed class DistinctKeysTests
{
    private static readonly KeyAttribute[] Key = [new("pk", "S"), new("sk", "N")];

    [Fact]
    public void Up_to_its_capacity_every_pair_is_found()
    {
        var keys = new DistinctKeys(Key, capacity: 1000);
        Assert.All(Enumerable.Range(0, 1000), number => Assert.True(Add(keys, "p", number)));
        Assert.All(Enumerable.Range(0, 1000), number => Assert.False(Add(keys, "p", number)));
    }

    [Fact]
    public void A_key_is_one_value_however_it_is_spelled()
    {
        var keys = new DistinctKeys(Key);
        Assert.True(Add(keys, """{"pk":{"S":"é"},"sk":{"N":"10"},"a":{"S":"1"}}"""));
        Assert.False(Add(keys, """{"a":{"S":"2"},"sk":{"N":"1E+1"},"\u0070k":{"S":"\u00e9"}}"""));
        Assert.True(Add(keys, """{"pk":{"S":"é"},"sk":{"N":"100"}}"""));
    }

    [Fact]
    public void Beyond_its_capacity_its_memory_is_bounded_and_no_key_is_taken_for_another()
    {
        var keys = new DistinctKeys(Key, capacity: 500);
        Assert.All(Enumerable.Range(0, 20_000), number => Assert.True(Add(keys, "p", number)));
        Assert.InRange(keys.Count, 100, 500);
    }

    [Fact]
    public void Beyond_its_capacity_many_items_with_one_key_are_found_still()
    {
        var keys = new DistinctKeys(Key, capacity: 500);
        var doubles = Enumerable.Range(0, 20_000).Count(number => !Add(keys, "p", number / 2));
        Assert.InRange(doubles, 100, 10_000);
    }

    private static bool Add(DistinctKeys keys, string partition, int sort) => Add(keys, $$$"""{"pk":{"S":"{{{partition}}}"},"sk":{"N":"{{{sort}}}"}}""");

    private static bool Add(DistinctKeys keys, string json)
    {
        var item = new CanonicalItem();
        var bytes = Encoding.UTF8.GetBytes(json);
        item.Read(bytes);
        return keys.Add(item, bytes);
    }
}

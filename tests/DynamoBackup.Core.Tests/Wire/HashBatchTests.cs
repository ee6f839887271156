using System.Security.Cryptography;
using CsCheck;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>Hashing side by side gives what the framework's SHA-256 gives, for every length and every number of inputs.</summary>
[Trait(PortableSlicingTests.Trait, PortableSlicingTests.Yes)]
[Trait(PortableSlicingTests.TraitOfWidest, PortableSlicingTests.Yes)]
public sealed class HashBatchTests
{
    private static readonly Gen<byte[]> Input = Gen.Byte.Array[0, 1200];

    [Fact]
    public void The_sum_of_many_hashes_is_that_of_the_frameworks_hashes() => Gen.OneOf(Input.List[0, 60], Gen.Byte.Array[200, 260].List[0, 60])
        .Sample(inputs => Assert.Equal(OneByOne(inputs), Batched(inputs)), iter: 400);

    [Fact]
    public void Inputs_of_every_length_around_a_blocks_end_are_hashed_right()
    {
        for (var length = 0; length <= 1100; length++)
        {
            var inputs = Enumerable.Range(0, Sha256Lanes.Lanes + 1).Select(index => Enumerable.Repeat((byte)(length + index), length).ToArray()).ToList();
            Assert.Equal(OneByOne(inputs), Batched(inputs));
        }
    }

    [Fact]
    public void A_digest_may_be_read_and_added_to_at_any_time() => Input.List[1, 40].Sample(inputs =>
    {
        var digest = new ContentDigest();
        for (var count = 1; count <= inputs.Count; count++)
        {
            digest.Add(inputs[count - 1]);
            if (count % 3 == 0)
                Assert.Equal(OneByOne(inputs.Take(count)), digest.ToString());
        }

        Assert.Equal(OneByOne(inputs), digest.ToString());
        var parts = new ContentDigest();
        parts.Add(digest);
        parts.Add(digest);
        Assert.Equal(OneByOne(inputs.Concat(inputs)), parts.ToString());
    }, iter: 200);

    private static string Batched(IEnumerable<byte[]> inputs)
    {
        var digest = new ContentDigest();
        foreach (var input in inputs)
            digest.Add(input);
        return digest.ToString();
    }

    private static string OneByOne(IEnumerable<byte[]> inputs)
    {
        var digest = new ContentDigest();
        foreach (var input in inputs)
            digest.AddHash(SHA256.HashData(input));
        return digest.ToString();
    }
}

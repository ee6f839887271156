using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using CsCheck;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

public sealed class ContentDigestTests
{
    private static readonly BigInteger Modulus = BigInteger.Pow(2, 256);
    private static readonly Gen<byte[][]> Items = Gen.Byte.Array[0, 40].Array[0, 30];

    [Fact]
    public void An_empty_table_has_a_digest_of_zeros() =>
        Assert.Equal("v1:0:" + new string('0', 64), new ContentDigest().ToString());

    [Fact]
    public void The_digest_is_the_sum_of_the_items_hashes_modulo_2_to_the_256() => Items.Sample(
        items => Assert.Equal(Reference(items), DigestOf(items).ToString()), iter: 500);

    [Fact]
    public void The_order_of_items_does_not_matter() => Gen.Select(Items, Gen.Int).Sample(
        (items, seed) =>
        {
            var shuffled = (byte[][])items.Clone();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(DigestOf(items), DigestOf(shuffled));
        },
        iter: 200);

    [Fact]
    public void Digests_of_parts_add_up_to_that_of_the_whole_however_it_is_split() => Gen.Select(Items, Gen.Int[1, 7], Gen.Int).Sample(
        (items, parts, seed) =>
        {
            var random = new Random(seed);
            var sum = new ContentDigest();
            foreach (var part in items.GroupBy(_ => random.Next(parts)).ToList())
                sum.Add(DigestOf(part));
            sum.Add(new ContentDigest());
            Assert.Equal(DigestOf(items), sum);
            Assert.Equal(DigestOf(items).ToString(), sum.ToString());
            Assert.Equal(DigestOf(items).GetHashCode(), sum.GetHashCode());
        },
        iter: 200);

    [Fact]
    public void One_changed_lost_or_doubled_item_changes_the_digest() => Gen.Select(Items.Where(items => items.Length > 0), Gen.Int[0, 1 << 30]).Sample(
        (items, place) =>
        {
            var (whole, index) = (DigestOf(items), place % items.Length);
            Assert.NotEqual(whole, DigestOf(items.Where((_, other) => other != index)));
            Assert.NotEqual(whole, DigestOf([.. items, items[index]]));
            Assert.NotEqual(whole, DigestOf(items.Select((item, other) => other == index ? [.. item, 0] : item)));
        },
        iter: 200);

    [Fact]
    public void The_text_form_is_read_back_to_an_equal_digest() => Items.Sample(
        items =>
        {
            var digest = DigestOf(items);
            Assert.True(ContentDigest.TryParse(digest.ToString(), out var read));
            Assert.Equal(digest, read);
            Assert.Equal(items.Length, read.Count);
            Assert.Equal(digest.ToString(), read.ToString());
        },
        iter: 200);

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(192)]
    public void A_carry_goes_into_the_next_word(int bits)
    {
        var digest = new ContentDigest();
        digest.AddHash(Bytes(BigInteger.Pow(2, bits) - 1));
        digest.AddHash(Bytes(1));
        Assert.Equal($"v1:2:{BigInteger.Pow(2, bits).ToString("x64", CultureInfo.InvariantCulture)[^64..]}", digest.ToString());
    }

    [Fact]
    public void A_sum_beyond_256_bits_begins_again_at_zero_but_its_count_tells()
    {
        var digest = new ContentDigest();
        digest.AddHash(Bytes(Modulus - 1));
        digest.AddHash(Bytes(1));
        Assert.Equal("v1:2:" + new string('0', 64), digest.ToString());
        Assert.NotEqual(new ContentDigest(), digest);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v1")]
    [InlineData("v1:0")]
    [InlineData("v2:0:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("V1:0:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1:-1:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1: 1:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1:1.0:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1:9223372036854775808:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1:0:000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1:0:00000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1:0:g000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("v1:0:0000000000000000000000000000000000000000000000000000000000000000:")]
    public void Text_of_another_form_is_not_a_digest(string? text) => Assert.False(ContentDigest.TryParse(text, out _));

    private static ContentDigest DigestOf(IEnumerable<byte[]> items)
    {
        var digest = new ContentDigest();
        foreach (var item in items)
            digest.Add(item);
        return digest;
    }

    private static string Reference(byte[][] items)
    {
        var sum = items.Aggregate(BigInteger.Zero, (total, item) => (total + new BigInteger(SHA256.HashData(item), isUnsigned: true, isBigEndian: true)) % Modulus);
        return $"v1:{items.Length}:{sum.ToString("x64", CultureInfo.InvariantCulture)[^64..]}";
    }

    private static byte[] Bytes(BigInteger value)
    {
        var bytes = new byte[32];
        var written = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        written.CopyTo(bytes, 32 - written.Length);
        return bytes;
    }
}

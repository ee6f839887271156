using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>
/// The vectors that docs/FORMAT.md quotes. They are fixed for ever: whatever changes one of them makes every digest recorded so far
/// worthless, and needs a new version of the encoding beside this one.
/// </summary>
public sealed class CanonicalVectorTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "canonical-v1.json"))).RootElement;

    public static IEnumerable<TheoryDataRow<string, string, string, string>> Vectors =>
        from vector in Golden.GetProperty("vectors").EnumerateArray()
        let name = vector.GetProperty("name").GetString()
        select new TheoryDataRow<string, string, string, string>(
            name, vector.GetProperty("item").GetRawText(), vector.GetProperty("encoding").GetString()!, vector.GetProperty("sha256").GetString()!);

    [Theory]
    [MemberData(nameof(Vectors))]
    public void An_item_has_the_encoding_and_the_hash_that_it_has_always_had(string name, string item, string encoding, string sha256)
    {
        Assert.NotEmpty(name);
        var canonical = new CanonicalItem();
        canonical.Read(Encoding.UTF8.GetBytes(item));
        Assert.Equal(encoding, Convert.ToHexStringLower(canonical.Encoding));
        Assert.Equal(encoding, Convert.ToHexStringLower(CanonicalReference.Encode(Encoding.UTF8.GetBytes(item)).Encoding));
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(encoding))));
        var digest = new ContentDigest();
        digest.Add(canonical.Encoding);
        Assert.Equal("v1:1:" + sha256, digest.ToString());
    }

    [Fact]
    public void All_of_them_together_have_the_digest_that_they_have_always_had()
    {
        var digest = new ContentDigest();
        var item = new CanonicalItem();
        var sum = BigInteger.Zero;
        foreach (var vector in Golden.GetProperty("vectors").EnumerateArray())
        {
            item.Read(Encoding.UTF8.GetBytes(vector.GetProperty("item").GetRawText()));
            digest.Add(item.Encoding);
            sum += new BigInteger(Convert.FromHexString(vector.GetProperty("sha256").GetString()!), isUnsigned: true, isBigEndian: true);
        }

        var recorded = Golden.GetProperty("digest").GetString();
        Assert.Equal(recorded, digest.ToString());
        Assert.Equal(recorded, $"v1:{Golden.GetProperty("vectors").GetArrayLength()}:{(sum % BigInteger.Pow(2, 256)).ToString("x64", CultureInfo.InvariantCulture)[^64..]}");
    }

    [Fact]
    public void Vectors_of_one_item_spelled_twice_are_equal_and_all_others_differ()
    {
        var encodings = Golden.GetProperty("vectors").EnumerateArray().Select(vector => vector.GetProperty("encoding").GetString()!).ToList();
        Assert.Equal(encodings[1], encodings[2]);
        Assert.Equal(encodings.Count - 1, encodings.Distinct().Count());
    }
}

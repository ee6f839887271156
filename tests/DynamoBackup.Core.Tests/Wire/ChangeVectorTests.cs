using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>The vectors of changes that docs/FORMAT.md quotes, computed by another implementation. They are fixed for ever, as those of items are.</summary>
public sealed class ChangeVectorTests
{
    private static readonly JsonElement Golden =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "changes-v1.json"))).RootElement;

    public static IEnumerable<TheoryDataRow<string, string, string, string>> Vectors =>
        from vector in Golden.GetProperty("vectors").EnumerateArray()
        select new TheoryDataRow<string, string, string, string>(
            vector.GetProperty("name").GetString()!, vector.GetProperty("line").GetRawText(), vector.GetProperty("encoding").GetString()!, vector.GetProperty("sha256").GetString()!);

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_change_has_the_encoding_and_the_hash_that_it_has_always_had(string name, string line, string encoding, string sha256)
    {
        Assert.NotEmpty(name);
        var change = new CanonicalChange();
        change.Read(Encoding.UTF8.GetBytes(line));
        Assert.Equal(encoding, Convert.ToHexStringLower(change.Encoding));
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(change.Encoding)));
    }

    [Fact]
    public void All_of_them_together_have_the_digest_that_they_have_always_had()
    {
        var (digest, change) = (new ContentDigest(), new CanonicalChange());
        foreach (var vector in Golden.GetProperty("vectors").EnumerateArray())
        {
            change.Read(Encoding.UTF8.GetBytes(vector.GetProperty("line").GetRawText()));
            digest.Add(change.Encoding);
        }

        Assert.Equal(Golden.GetProperty("digest").GetString(), digest.ToString());
    }
}

using CsCheck;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores;

public sealed class StoreKeyTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("a/b/c.json.gz")]
    [InlineData("Orders/AWSDynamoDB/01795383125482-2f0d84aa/data/x.json")]
    [InlineData("a..b/c...")]
    [InlineData("with space/ä/日本語")]
    public void A_plain_relative_name_is_safe(string name)
    {
        Assert.True(StoreKey.IsSafe(name));
        Assert.Equal(name, StoreKey.Validate(name));
    }

    [Fact]
    public void A_name_has_at_most_1024_characters()
    {
        Assert.True(StoreKey.IsSafe(new string('a', 1024)));
        Assert.False(StoreKey.IsSafe(new string('a', 1025)));
    }

    [Fact]
    public void Whatever_is_safe_stays_below_any_root_and_is_its_own_shortest_form() =>
        Gen.OneOfConst("a", "b", "..", ".", "...", "", " ", "/", "//", "\\", ":", "C:", "\0", "~", "%2e").Array[1, 8].Select(string.Concat<string>).Sample(
            name =>
            {
                if (!StoreKey.IsSafe(name))
                    return;
                var path = Path.GetFullPath(Path.Combine("/root/store", name));
                Assert.Equal("/root/store/" + name, path);
            },
            iter: 20_000);

    [Fact]
    public void Joining_leaves_out_what_is_empty()
    {
        Assert.Equal("a/b/c", StoreKey.Join("a", "", "b/c"));
        Assert.Equal("a", StoreKey.Join("", "a", ""));
        Assert.Equal("", StoreKey.Join("", ""));
    }

    [Fact]
    public void A_refusal_shows_the_name_without_its_control_characters_and_not_at_any_length()
    {
        var exception = Assert.Throws<DynamoBackupException>(() => StoreKey.Validate("../\u001b[31m\n" + new string('x', 5_000)));
        Assert.Equal(BackupErrorCode.UnsafePath, exception.Code);
        Assert.DoesNotContain(exception.Message, char.IsControl);
        Assert.Contains("../?[31m?xxx", exception.Message, StringComparison.Ordinal);
        Assert.InRange(exception.Message.Length, 200, 600);
    }
}

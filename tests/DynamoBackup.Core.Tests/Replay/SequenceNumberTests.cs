using System.Numerics;
using System.Text;
using CsCheck;
using DynamoBackup.Replay;

namespace DynamoBackup.Core.Tests.Replay;

/// <summary>Sequence numbers are ordered as numbers are, up to 40 digits.</summary>
public sealed class SequenceNumberTests
{
    private static Gen<string> Digits => Gen.Select(Gen.Char['1', '9'], Gen.Char['0', '9'].Array[0, 39], (first, rest) => first + new string(rest));

    [Fact]
    public void They_are_ordered_as_numbers_are() => Gen.Select(Digits, Digits).Sample((one, other) =>
        Math.Sign(BigInteger.Parse(one).CompareTo(BigInteger.Parse(other))) == Math.Sign(Parse(one).CompareTo(Parse(other))));

    [Fact]
    public void Digits_next_to_one_another_count() => Digits.Sample(digits =>
    {
        for (var index = 0; index < digits.Length; index++)
        {
            var other = digits.ToCharArray();
            other[index] = other[index] == '9' ? '8' : '9';
            Assert.NotEqual(0, Parse(digits).CompareTo(Parse(new string(other))));
        }
    });

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1a")]
    [InlineData("12345678901234567890123456789012345678901")]
    public void What_is_no_sequence_number_is_refused(string text) => Assert.False(SequenceNumber.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void None_comes_before_all() => Assert.True(default(SequenceNumber).CompareTo(Parse("0")) < 0);

    private static SequenceNumber Parse(string digits)
    {
        Assert.True(SequenceNumber.TryParse(Encoding.UTF8.GetBytes(digits), out var number));
        return number;
    }
}

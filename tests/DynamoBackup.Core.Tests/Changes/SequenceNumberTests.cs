using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using DynamoBackup.Changes;

namespace DynamoBackup.Core.Tests.Changes;

public sealed class SequenceNumberTests
{
    private static readonly Gen<string> Digits = Gen.Char['0', '9'].Array[1, 40].Select(digits => new string(digits));

    [Fact]
    public void Numbers_of_up_to_40_digits_compare_by_value() => Gen.OneOf(Gen.Select(Digits, Digits), Digits.Select(digits => (digits, "000" + digits))).Sample(pair =>
        Assert.Equal(Math.Sign(BigInteger.Compare(Parse(pair.Item1), Parse(pair.Item2))), Math.Sign(SequenceNumber.Compare(Bytes(pair.Item1), Bytes(pair.Item2)))));

    [Theory]
    [InlineData("999999999999999999999", "1000000000000000000000", -1)]
    [InlineData("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567889", 1)]
    [InlineData("000000000000000000007", "7", 0)]
    public void Known_pairs(string first, string second, int expected) => Assert.Equal(expected, Math.Sign(SequenceNumber.Compare(Bytes(first), Bytes(second))));

    [Theory]
    [InlineData("", false)]
    [InlineData("1", true)]
    [InlineData("12345678901234567890123456789012345678901", false)]
    [InlineData("-1", false)]
    [InlineData("1e5", false)]
    [InlineData("１２", false)]
    public void Only_digits_are_one(string text, bool valid) => Assert.Equal(valid, SequenceNumber.IsValid(Bytes(text)));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static BigInteger Parse(string text) => BigInteger.Parse(text, CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>Sequence numbers are ordered as numbers are, up to 40 digits, and come back as they were read.</summary>
public sealed class SequenceNumberTests
{
    private static readonly Gen<string> Digits = Gen.Char['0', '9'].Array[1, 40].Select(digits => new string(digits));

    /// <summary>Numbers that differ in one digit, whichever it is: two that are drawn apart differ in the first.</summary>
    private static readonly Gen<(string, string)> Neighbours = Gen.Select(Digits, Gen.Int[0, 39], Gen.Char['0', '9'])
        .Select((digits, index, digit) => (digits, string.Concat(digits.AsSpan(0, index % digits.Length), [digit], digits.AsSpan((index % digits.Length) + 1))));

    private static readonly Gen<(string, string)> Padded = Digits.Select(digits => (digits, digits.PadLeft(40, '0')));

    [Fact]
    public void Their_order_is_that_of_numbers() => Gen.OneOf(Gen.Select(Digits, Digits), Neighbours, Padded).Sample(pair =>
    {
        var expected = Math.Sign(BigInteger.Compare(Number(pair.Item1), Number(pair.Item2)));
        var (one, other) = (Parse(pair.Item1), Parse(pair.Item2));
        Assert.Equal(expected, Math.Sign(one.CompareTo(other)));
        Assert.Equal(expected == 0, one == other);
        Assert.True(one != other || one.GetHashCode() == other.GetHashCode());
    });

    [Fact]
    public void They_come_back_as_they_were_read() => Gen.OneOf(Digits, Padded.Select(pair => pair.Item2)).Sample(digits =>
    {
        Span<byte> written = stackalloc byte[SequenceNumber.MostDigits];
        var number = Parse(digits);
        Assert.Equal(digits, Encoding.ASCII.GetString(written[..number.Write(written)]));
        Assert.Equal(digits, number.ToString());
    });

    [Theory]
    [InlineData("999999999999999999999", "1000000000000000000000", -1)]
    [InlineData("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567889", 1)]
    [InlineData("000000000000000000007", "7", 0)]
    public void Known_pairs(string first, string second, int expected) => Assert.Equal(expected, Math.Sign(Parse(first).CompareTo(Parse(second))));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1a")]
    [InlineData("1e5")]
    [InlineData("１２")]
    [InlineData("12345678901234567890123456789012345678901")]
    public void What_is_no_sequence_number_is_refused(string text)
    {
        Assert.False(SequenceNumber.TryParse(Encoding.UTF8.GetBytes(text), out var number));
        Assert.False(SequenceNumber.TryParse(text, out _));
        Assert.Equal("", number.ToString());
    }

    [Fact]
    public void None_comes_before_all() => Assert.True(default(SequenceNumber).CompareTo(Parse("0")) < 0);

    [Fact]
    public void Reading_and_comparing_allocates_nothing()
    {
        var digits = "123456789012345678901234567890"u8;
        Span<byte> written = stackalloc byte[SequenceNumber.MostDigits];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
        {
            if (!SequenceNumber.TryParse(digits, out var number) || number.CompareTo(default) <= 0 || number.Write(written) != digits.Length)
                Assert.Fail("The number was not read.");
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static SequenceNumber Parse(string digits)
    {
        Assert.True(SequenceNumber.TryParse(Encoding.UTF8.GetBytes(digits), out var number));
        Assert.True(SequenceNumber.TryParse(digits, out var same) && same == number);
        return number;
    }

    private static BigInteger Number(string digits) => BigInteger.Parse(digits, CultureInfo.InvariantCulture);
}

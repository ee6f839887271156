using System.Text;
using CsCheck;
using DynamoBackup.Wire;

namespace DynamoBackup.Core.Tests.Wire;

public sealed class CanonicalItemFuzzTests
{
    private static readonly Gen<(int Place, int Kind, byte Byte)[]> Damage = Gen.Select(
        Gen.Int[0, 1 << 30], Gen.Int[0, 3],
        Gen.Frequency((3, Gen.Byte), (2, Gen.OneOfConst("\"\\{}[]:,SNBML0e-.=u "u8.ToArray())))).Array[1, 4];

    [Fact]
    public void Damaged_bytes_are_refused_as_an_invalid_item_or_are_an_item_to_the_independent_reading_too() =>
        Gen.Select(ItemGen.Item.Where(item => item.Entries.Count < 10), Gen.Int[0, 1 << 30], Damage).Sample(
            (value, seed, damage) =>
            {
                var json = Apply(ItemSpeller.Spell(value, seed), damage);
                var item = new CanonicalItem();
                try
                {
                    item.Read(json);
                }
                catch (InvalidItemException exception)
                {
                    Assert.InRange(exception.Offset, 0, json.Length);
                    return;
                }

                // Whatever is let in must mean the same to both.
                var expected = CanonicalReference.Encode(json);
                Assert.Equal(Convert.ToHexString(expected.Encoding), Convert.ToHexString(item.Encoding));
                Assert.Equal(expected.ItemBytes, item.ItemBytes);
            },
            iter: 15_000, print: sample => Encoding.Latin1.GetString(Apply(ItemSpeller.Spell(sample.Item1, sample.Item2), sample.Item3)));

    [Fact]
    public void Noise_is_refused_as_an_invalid_item() => Gen.Byte.Array[0, 60].Sample(
        noise =>
        {
            // Two random bytes that happen to be "{}" with spaces are an item, all others are not.
            if (Encoding.Latin1.GetString(noise).Replace(" ", "", StringComparison.Ordinal) != "{}")
                Assert.Throws<InvalidItemException>(() => new CanonicalItem().Read(noise));
        },
        iter: 10_000);

    private static byte[] Apply(byte[] json, (int Place, int Kind, byte Byte)[] damage)
    {
        var bytes = json.ToList();
        foreach (var (place, kind, value) in damage)
        {
            if (bytes.Count == 0)
                break;
            var index = place % bytes.Count;
            switch (kind)
            {
                case 0:
                    bytes[index] = value;
                    break;
                case 1:
                    bytes.Insert(index, value);
                    break;
                case 2:
                    bytes.RemoveAt(index);
                    break;
                default:
                    // A part doubled: it is how duplicates come about.
                    bytes.InsertRange(index, bytes.GetRange(index, Math.Min(bytes.Count - index, value)));
                    break;
            }
        }

        return [.. bytes];
    }
}

using System.Globalization;
using System.Text;

namespace DynamoBackup.Core.Tests.Wire;

/// <summary>Writes an item as DynamoDB JSON in one of its many spellings, chosen by a seed: order, white space, escapes, forms of numbers.</summary>
internal sealed class ItemSpeller
{
    private readonly Random _random;
    private readonly StringBuilder _json = new();

    private ItemSpeller(int seed) => _random = new Random(seed);

    public static byte[] Spell(ItemValue.Map item, int seed) => Encoding.UTF8.GetBytes(SpellText(item, seed));

    public static string SpellText(ItemValue.Map item, int seed)
    {
        var speller = new ItemSpeller(seed);
        speller.Attributes(item.Entries);
        return speller._json.ToString();
    }

    /// <summary>A number in one of its spellings.</summary>
    public static string SpellNumber(ItemValue.Number number, Random random)
    {
        // Zero may carry any sign and exponent, and is still zero.
        var exponent = number.Digits.Length == 0 ? random.Next(-3, 4) : number.Exponent;
        var digits = (number.Digits.Length == 0 ? "0" : number.Digits) + new string('0', random.Next(0, 4));
        exponent -= digits.Length - Math.Max(1, number.Digits.Length);
        digits = new string('0', random.Next(0, 4)) + digits;
        var fraction = random.Next(0, digits.Length + 1);
        exponent += fraction;
        var text = new StringBuilder(number.Negative ? "-" : random.Next(8) == 0 ? "+" : "");
        text.Append(digits.AsSpan(0, digits.Length - fraction));
        if (fraction > 0 || random.Next(8) == 0)
            text.Append('.').Append(digits.AsSpan(digits.Length - fraction));
        if (exponent != 0 || random.Next(4) == 0)
        {
            text.Append(random.Next(2) == 0 ? 'E' : 'e').Append(exponent < 0 ? "-" : random.Next(2) == 0 ? "+" : "");
            text.Append(new string('0', random.Next(0, 3))).Append(Math.Abs(exponent).ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private void Attributes(IReadOnlyList<KeyValuePair<string, ItemValue>> entries) => Sequence('{', entries, shuffled: true, '}', entry =>
    {
        Quoted(entry.Key);
        Token(':');
        Value(entry.Value);
    });

    private void Value(ItemValue value)
    {
        Token('{');
        _json.Append('"').Append(TypeOf(value)).Append('"');
        Token(':');
        switch (value)
        {
            case ItemValue.List list:
                Sequence('[', list.Values, shuffled: false, ']', Value);
                break;
            case ItemValue.Map map:
                Attributes(map.Entries);
                break;
            case ItemValue.Set set:
                Sequence('[', set.Members, shuffled: true, ']', Scalar);
                break;
            default:
                Scalar(value);
                break;
        }

        Token('}');
    }

    private static string TypeOf(ItemValue value) => value switch
    {
        ItemValue.Text => "S",
        ItemValue.Number => "N",
        ItemValue.Binary => "B",
        ItemValue.Boolean => "BOOL",
        ItemValue.Null => "NULL",
        ItemValue.List => "L",
        ItemValue.Map => "M",
        ItemValue.Set set => TypeOf(set.Members[0]) + "S",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    private void Scalar(ItemValue value)
    {
        switch (value)
        {
            case ItemValue.Text text:
                Quoted(text.Value);
                break;
            case ItemValue.Number number:
                Quoted(SpellNumber(number, _random));
                break;
            case ItemValue.Binary binary:
                Quoted(Convert.ToBase64String(binary.Value));
                break;
            case ItemValue.Boolean boolean:
                _json.Append(boolean.Value ? "true" : "false");
                break;
            default:
                _json.Append("true");
                break;
        }
    }

    private void Sequence<T>(char open, IReadOnlyList<T> values, bool shuffled, char close, Action<T> write)
    {
        var order = Enumerable.Range(0, values.Count).ToArray();
        if (shuffled)
            _random.Shuffle(order);
        Token(open);
        for (var index = 0; index < order.Length; index++)
        {
            if (index > 0)
                Token(',');
            write(values[order[index]]);
        }

        Token(close);
    }

    private void Token(char token) => _json.Append(' ', _random.Next(12) == 0 ? _random.Next(1, 3) : 0).Append(token).Append(' ', _random.Next(12) == 0 ? 1 : 0);

    private void Quoted(string text)
    {
        _json.Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value < ' ' || rune.Value is '"' or '\\' || _random.Next(16) == 0)
                Escaped(rune);
            else
                _json.Append(rune.ToString());
        }

        _json.Append('"');
    }

    private void Escaped(Rune rune)
    {
        var letter = rune.Value switch { '"' => '"', '\\' => '\\', '/' => '/', '\b' => 'b', '\f' => 'f', '\n' => 'n', '\r' => 'r', '\t' => 't', _ => '\0' };
        if (letter != '\0' && _random.Next(3) > 0)
        {
            _json.Append('\\').Append(letter);
            return;
        }

        // Characters beyond the first plane take two escapes, a surrogate pair.
        foreach (var unit in rune.ToString())
            _json.Append("\\u").Append(((int)unit).ToString(_random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture));
    }
}

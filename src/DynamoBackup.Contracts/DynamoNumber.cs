using System.Globalization;

namespace DynamoBackup;

/// <summary>
/// A number of DynamoDB that neither a 64-bit integer nor a decimal holds exactly: up to 38 significant digits, magnitudes from 1E-130 to 9.9E+125
/// (source: Amazon DynamoDB Developer Guide, "Naming rules and data types"). Its text is kept as it was read; it compares by its value.
/// </summary>
public sealed class DynamoNumber : IComparable<DynamoNumber>, IComparable, IEquatable<DynamoNumber>
{
    private const int MostExponent = 1_000_000;

    private readonly int _sign;
    private readonly string _digits;
    private readonly int _exponent;

    private DynamoNumber(string text, int sign, string digits, int exponent)
    {
        Text = text;
        _sign = sign;
        _digits = digits;
        _exponent = exponent;
    }

    /// <summary>The number as it was written.</summary>
    public string Text { get; }

    /// <summary>The digits' place: the number is 0.DIGITS times ten to the power of this.</summary>
    private long Magnitude => (long)_digits.Length + _exponent;

    /// <summary>Reads a number.</summary>
    /// <param name="text">A number as DynamoDB writes it: digits, a sign, a point, an exponent.</param>
    /// <exception cref="FormatException">The text is not a number.</exception>
    public static DynamoNumber Parse(string text) => TryParse(text) ?? throw new FormatException($"'{text}' is not a number.");

    /// <summary>Reads a number; null where the text is none.</summary>
    /// <param name="text">A number as DynamoDB writes it.</param>
    public static DynamoNumber? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.AsSpan().IndexOfAny('e', 'E');
        var exponent = 0;
        if (end >= 0 && !(int.TryParse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent) && Math.Abs((long)exponent) <= MostExponent))
            return null;
        var mantissa = end < 0 ? text.AsSpan() : text.AsSpan(0, end);
        var negative = mantissa is ['-', ..];
        if (mantissa is ['-' or '+', ..])
            mantissa = mantissa[1..];
        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        if (digits.Length == 0 || digits.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return null;
        if (point >= 0)
            exponent -= mantissa.Length - point - 1;
        digits = digits.TrimStart('0');
        var significant = digits.TrimEnd('0');
        return significant.Length == 0
            ? new DynamoNumber(text, 0, "", 0)
            : new DynamoNumber(text, negative ? -1 : 1, significant, exponent + digits.Length - significant.Length);
    }

    /// <summary>The number in the simplest type that holds it exactly: a 64-bit integer, a decimal, else itself.</summary>
    public object ToExact()
    {
        if (_sign == 0)
            return 0L;
        // 29 digits may fit a decimal or not; its own reading would round what does not.
        if (_exponent >= 0 && Magnitude <= 29 && decimal.TryParse(Plain(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole is >= long.MinValue and <= long.MaxValue ? (object)(long)whole : whole;
        if (_exponent is < 0 and >= -28 && _digits.Length <= 28)
            return decimal.Parse(string.Create(CultureInfo.InvariantCulture, $"{(_sign < 0 ? "-" : "")}{_digits}E{_exponent}"), NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture);
        return this;
    }

    /// <summary>Makes a number of an integer.</summary>
    /// <param name="value">The integer.</param>
    public static implicit operator DynamoNumber(long value) => Parse(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Makes a number of a decimal.</summary>
    /// <param name="value">The decimal.</param>
    public static implicit operator DynamoNumber(decimal value) => Parse(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The number as a decimal, rounded to what a decimal holds.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="OverflowException">It is out of a decimal's range.</exception>
    public static explicit operator decimal(DynamoNumber value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return decimal.Parse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>The number as a double, rounded to what a double holds.</summary>
    /// <param name="value">The number.</param>
    public static explicit operator double(DynamoNumber value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return double.Parse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>True for equal values, however they are written.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(DynamoNumber? left, DynamoNumber? right) => left is null ? right is null : left.Equals(right);

    /// <summary>True for different values.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(DynamoNumber? left, DynamoNumber? right) => !(left == right);

    /// <summary>True where the left one is less.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(DynamoNumber? left, DynamoNumber? right) => Compare(left, right) < 0;

    /// <summary>True where the left one is greater.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(DynamoNumber? left, DynamoNumber? right) => Compare(left, right) > 0;

    /// <summary>True where the left one is not greater.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(DynamoNumber? left, DynamoNumber? right) => Compare(left, right) <= 0;

    /// <summary>True where the left one is not less.</summary>
    /// <param name="left">One number.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(DynamoNumber? left, DynamoNumber? right) => Compare(left, right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(DynamoNumber? other)
    {
        if (other is null || _sign != other._sign)
            return other is null ? 1 : _sign.CompareTo(other._sign);
        var magnitude = Magnitude.CompareTo(other.Magnitude);
        // Without zeros at either end, digits of one magnitude sort as texts do.
        return _sign * (magnitude != 0 ? magnitude : Math.Sign(string.CompareOrdinal(_digits, other._digits)));
    }

    /// <inheritdoc/>
    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        DynamoNumber other => CompareTo(other),
        _ => throw new ArgumentException("It can be compared with a DynamoNumber only.", nameof(obj)),
    };

    /// <inheritdoc/>
    public bool Equals(DynamoNumber? other) => other is not null && _sign == other._sign && _exponent == other._exponent && _digits == other._digits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DynamoNumber other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_sign, _exponent, _digits);

    /// <summary>The number as it was written.</summary>
    public override string ToString() => Text;

    private static int Compare(DynamoNumber? left, DynamoNumber? right) => left is null ? right is null ? 0 : -1 : left.CompareTo(right);

    private string Plain() => (_sign < 0 ? "-" : "") + _digits + new string('0', _exponent);
}

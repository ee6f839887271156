using System.Globalization;

namespace DynamoBackup.Bench.Report;

/// <summary>Numbers as text: three digits that count, the same on every machine.</summary>
internal static class Figures
{
    public static string Of(double value) => value switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.1 or 0 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
    };

    public static string Of(Spread? spread) => spread is null ? "-" : Of(spread.Median);

    public static string WithRange(Spread? spread) => spread is null ? "-" : $"{Of(spread.Median)} ({Of(spread.Min)}-{Of(spread.Max)})";
}

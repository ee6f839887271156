using System.Text.Json;
using DynamoBackup.Aws;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>How long capacity units take, by a run's limit or else by what the table has.</summary>
internal static class PlanTime
{
    /// <summary>Estimates.</summary>
    /// <param name="units">The units.</param>
    /// <param name="limit">The run's limit; null where it has none.</param>
    /// <param name="kind">Reads or writes.</param>
    /// <param name="name">The table's name.</param>
    /// <param name="table">DescribeTable's <c>Table</c>; null where it is not known.</param>
    /// <returns>The time and what it rests on; no time where the capacity is not known.</returns>
    /// <exception cref="DynamoBackupException">The limit is a share of what is not known.</exception>
    public static (TimeSpan? Duration, string Basis) Of(double units, CapacityLimit? limit, CapacityKind kind, string name, JsonElement? table)
    {
        var rate = RunBudget.RateOf(limit, kind, name, table) ?? (table is { } description ? TableCapacity.Of(description, kind) : null);
        if (rate is null)
            return (null, "the table's description does not tell its capacity");
        var seconds = units / rate.UnitsPerSecond;
        return (seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue, rate.ToString());
    }
}

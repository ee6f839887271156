using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using DynamoBackup.Aws;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Makes budgets of what requests ask for.</summary>
internal static class RunBudget
{
    /// <summary>One budget for all requests that share a limit: tables one after another must not begin anew each time.</summary>
    private static readonly ConditionalWeakTable<CapacityLimit, CapacityBudget> Shared = [];

    /// <summary>The budget for a table, told in a message.</summary>
    /// <param name="limit">What the request asks for; null is no limit.</param>
    /// <param name="kind">Reads or writes.</param>
    /// <param name="name">The table's name.</param>
    /// <param name="table">DescribeTable's <c>Table</c>, which a share is a share of.</param>
    /// <param name="output">Told the rate.</param>
    /// <returns>Null without a limit.</returns>
    /// <exception cref="DynamoBackupException">The limit makes no sense, or a share was asked for of what is not known.</exception>
    public static CapacityBudget? For(CapacityLimit? limit, CapacityKind kind, string name, JsonElement? table, IRunOutput output)
    {
        if (RateOf(limit, kind, name, table) is not { } rate)
            return null;
        output.Verbose($"{(kind == CapacityKind.Read ? "Reads of" : "Writes to")} '{name}' are limited to {rate}.");
        return limit!.Units is { } units
            ? Shared.GetValue(limit, _ => new CapacityBudget(units, kind))
            : new CapacityBudget(rate.UnitsPerSecond, kind);
    }

    /// <summary>The rate that a limit means for a table; null without a limit.</summary>
    /// <exception cref="DynamoBackupException">The limit makes no sense, or a share was asked for of what is not known.</exception>
    public static TableCapacity? RateOf(CapacityLimit? limit, CapacityKind kind, string name, JsonElement? table)
    {
        Check(limit, kind);
        if (limit?.Units is { } units)
            return new TableCapacity(units, "-" + Parameter(kind));
        if (limit?.Percent is not { } percent)
            return null;
        var whole = (table is { } description ? TableCapacity.Of(description, kind) : null) ?? throw new DynamoBackupException(
            BackupErrorCode.CapacityUnknown,
            $"The description of table '{name}' tells no {Word(kind)} capacity: no provisioned units, no on-demand maximum, no warm throughput. So {percent} percent of it is not known; give the units a second with -{Parameter(kind)}.",
            name);
        return new TableCapacity(
            whole.UnitsPerSecond * percent / 100,
            string.Create(CultureInfo.InvariantCulture, $"{percent} % of {whole.UnitsPerSecond:#,0.##}, its {whole.What}{(whole.What == "provisioned" ? " units" : "")}"));
    }

    /// <summary>Refuses a limit that makes no sense, before anything is asked of a table.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidArgument"/>.</exception>
    public static void Check(CapacityLimit? limit, CapacityKind kind)
    {
        if (limit is null)
            return;
        if ((limit.Units is null) == (limit.Percent is null))
            throw Invalid($"Give either -{Parameter(kind)} or -{kind}CapacityPercent, not both.");
        if (limit.Units is { } units && !(units > 0 && double.IsFinite(units)))
            throw Invalid($"-{Parameter(kind)} must be a number above 0.");
        if (limit.Percent is < 1 or > 100)
            throw Invalid($"-{kind}CapacityPercent must be from 1 to 100.");

        static DynamoBackupException Invalid(string message) => new(BackupErrorCode.InvalidArgument, message);
    }

    private static string Parameter(CapacityKind kind) => $"Max{kind}Units";

    private static string Word(CapacityKind kind) => kind == CapacityKind.Read ? "read" : "write";
}

using System.Globalization;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Tells in words what a restore would do.</summary>
internal static class RestoreWords
{
    /// <summary>What -WhatIf shows and the first question asks about.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="isChosen">Whether -Where chooses among the items.</param>
    public static string Describe(RestorePlan plan, bool isChosen) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Action(plan)} {Chosen(plan, isChosen)}{plan.Backup.ItemCount:N0} items ({Size(plan)}{(plan.Keys is null ? "up to" : isChosen ? "up to about" : "about")} {CapacityWords.Describe(plan.WriteUnits, "write", plan.Duration, plan.Basis)}) of backup {plan.Backup.Id}");

    /// <summary>What is asked before a table that holds items is written.</summary>
    public static string Question(RestorePlan plan) => string.Create(CultureInfo.InvariantCulture, $"Table '{plan.TargetTable}' holds items. {Consequence(plan)} Go on?");

    /// <summary>The question's headline.</summary>
    public static string Caption(RestorePlan plan) => plan.Mode switch
    {
        RestoreMode.Replace => "Replace items",
        RestoreMode.Supplement => "Add items",
        _ => "Overwrite items",
    };

    private static string Chosen(RestorePlan plan, bool isChosen) => (plan.Keys, isChosen) switch
    {
        (null, false) => "",
        (null, true) => "those that -Where takes out of ",
        ({ } keys, false) => string.Create(CultureInfo.InvariantCulture, $"the items of {keys:N0} {(keys == 1 ? "key" : "keys")} out of "),
        ({ } keys, true) => string.Create(CultureInfo.InvariantCulture, $"those that -Where takes of the items of {keys:N0} {(keys == 1 ? "key" : "keys")} out of "),
    };

    private static string Size(RestorePlan plan)
    {
        string?[] parts = [plan.Backup.ItemBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes") : null, Differences(plan)];
        var known = string.Join(": ", parts.Where(part => part is not null));
        return known.Length > 0 ? known + "; " : "";
    }

    private static string Action(RestorePlan plan) => plan switch
    {
        { Continues: true } => "Go on filling the table with",
        { CreatesTable: true } => "Create the table and restore",
        { Mode: RestoreMode.Overwrite } => "Overwrite with",
        { Mode: RestoreMode.Replace } => "Replace by",
        { Mode: RestoreMode.Supplement } => "Supplement from",
        _ => "Fill the empty table with",
    };

    private static string? Differences(RestorePlan plan) => plan.Difference is not { } found ? null : FormattableString.Invariant(plan.Mode switch
    {
        RestoreMode.Replace => $"{found.Missing:N0} to add, {found.Different:N0} to change, {found.Extra:N0} to delete, {found.Same:N0} unchanged",
        RestoreMode.Supplement => $"{found.Missing:N0} to add, {found.Different:N0} that the table holds otherwise and keeps, {found.Same:N0} unchanged",
        _ => (FormattableString)$"{found.Missing:N0} to add, {found.Different:N0} to change, {found.Same:N0} to write as they are, {found.Extra:N0} others in the table stay",
    });

    private static string Consequence(RestorePlan plan) => FormattableString.Invariant(plan.Mode switch
    {
        RestoreMode.Replace =>
            $"It will become what backup {plan.Backup.Id} holds: {plan.Difference?.Missing:N0} items will be added, {plan.Difference?.Different:N0} changed and {plan.Difference?.Extra:N0} deleted.",
        RestoreMode.Supplement => $"{plan.Difference?.Missing:N0} items of backup {plan.Backup.Id} will be added; what the table holds stays as it is.",
        _ => (FormattableString)$"Items with the same key will be overwritten by those of backup {plan.Backup.Id}.",
    });
}

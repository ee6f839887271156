using System.Globalization;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Tells in words what a backup would do.</summary>
internal static class BackupWords
{
    /// <summary>What -WhatIf shows and the question asks about, up to where the backup goes.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="resumes">Whether an unfinished backup was asked for.</param>
    public static string Describe(BackupPlan plan, bool resumes) => (plan, resumes) switch
    {
        ({ UnfinishedId: { } id }, _) => string.Create(CultureInfo.InvariantCulture, $"Go on with the unfinished backup {id}, in which {plan.StoredItems:N0} items are stored, and back up the rest of {Size(plan)}"),
        (_, true) => $"Begin a new backup, for there is no unfinished one to go on with, and back up {Size(plan)}",
        _ => $"Back up {Size(plan)}",
    };

    private static string Size(BackupPlan plan) => plan is { Items: 0, Bytes: 0 }
        ? "a table that is empty, or whose items DynamoDB has not counted yet, "
        : string.Create(
            CultureInfo.InvariantCulture,
            $"about {plan.Items:N0} items ({plan.Bytes:N0} bytes; {CapacityWords.Describe(plan.ReadUnits, "read", plan.Duration, plan.Basis)}) ");
}

using DynamoBackup.Aws;
using DynamoBackup.Manifests;
using DynamoBackup.Scan;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>Whether a table that was restored is what it should be, and how a difference is told: something else has written to it.</summary>
/// <param name="table">The table.</param>
/// <param name="backup">The backup that was restored.</param>
/// <param name="findings">Gets a finding where there is a difference.</param>
/// <param name="output">Told of a difference as an error.</param>
internal sealed class TableDrift(string table, OpenedBackup backup, List<Finding> findings, IRunOutput output)
{
    /// <summary>Reads the whole table and compares its digest.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="expected">The digest that the table should have.</param>
    /// <param name="whose">Whose digest that is, for the difference: <c>the backup</c>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>False where it has another one.</returns>
    public async Task<bool> IsExpectedAsync(DynamoConnection connection, ContentDigest expected, string whose, CancellationToken cancellationToken)
    {
        var meter = new ProgressMeter(output, table, "Verifying", expected.Count, null);
        var plan = new ScanPlan(table, ScanPlan.DefaultSegments(backup.ItemBytesEstimate), ConsistentRead: true);
        var live = await TableDigest.ComputeAsync(connection, plan, output, meter, cancellationToken);
        return live.Equals(expected) || Differs($"The table holds {live.Count:N0} items with digest {live}, {whose} {expected.Count:N0} with {expected}.");
    }

    /// <summary>Tells of a difference.</summary>
    /// <returns>False.</returns>
    public bool Differs(string detail)
    {
        const string Fix = "Something else writes to the table; stop it, then run the restore again.";
        findings.Add(new Finding(FindingSeverity.Error, FindingKind.LiveDiffers, table, detail, Fix));
        output.Error(new DynamoBackupException(BackupErrorCode.VerificationFailed, $"Table '{table}' is not what backup {backup.Info.Id} holds: {detail} {Fix}", table));
        return false;
    }
}

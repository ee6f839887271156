using DynamoBackup.Manifests;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>What a backup must pass before a restore writes anything.</summary>
internal static class RestoreProof
{
    /// <summary>Proves every stored byte of a backup that has a digest of its own, to which the loaded items are held afterwards.</summary>
    /// <exception cref="DynamoBackupException">The backup is damaged.</exception>
    public static async Task RequireBytesAsync(OpenedBackup backup, IRunOutput output, CancellationToken cancellationToken)
    {
        output.Verbose($"Testing backup {backup.Info.Id} before anything is written.");
        var verifier = new BackupVerifier(backup, output);
        await verifier.RunAsync(VerificationLevel.Checksum, null, cancellationToken);
        RefuseDamaged(backup.Info, verifier.Findings);
    }

    /// <summary>
    /// Proves every item of a backup that came without a digest or with another table's definition: that it can be read, and that it fits the table it is to
    /// be put into. An item that the service refused in mid-run would leave the table half-filled.
    /// </summary>
    /// <returns>The digest of the items.</returns>
    /// <exception cref="DynamoBackupException">The backup is damaged, or its items do not fit the table.</exception>
    public static async Task<ContentDigest> RequireItemsForAsync(OpenedBackup backup, TableDefinition table, string target, IRunOutput output, CancellationToken cancellationToken, Func<int, ItemTap>? tap = null)
    {
        output.Verbose($"Reading every item of backup {backup.Info.Id}, and checking it against the key of '{target}', before anything is written.");
        var verifier = new BackupVerifier(backup, output) { Tap = tap };
        await verifier.RunAsync(VerificationLevel.Content, KeyCheck.ForTarget(table.Key, table.KeyAttributes, distinct: tap is null), cancellationToken);
        var misfits = verifier.Findings.Where(finding => finding.Kind is FindingKind.KeyMissing or FindingKind.KeyRepeated).ToList();
        RefuseDamaged(backup.Info, verifier.Findings.Except(misfits));
        if (misfits.Count == 0)
            return verifier.Digest;
        throw new DynamoBackupException(
            BackupErrorCode.KeySchemaMismatch,
            $"The items of backup {backup.Info.Id} do not fit table '{target}', whose key is {string.Join(", ", table.Key)}; nothing was written. {misfits[0]}{(misfits.Count > 1 ? $" (and {misfits.Count - 1} more)" : "")} Restore into a table with the key of the one that was exported: -TargetTable names it, -TableDefinition describes one to create.",
            target);
    }

    /// <summary>Refuses a backup that cannot be restored by itself.</summary>
    /// <exception cref="DynamoBackupException">It has an error among its findings, or holds changes only.</exception>
    public static void RequireRestorable(BackupInfo backup)
    {
        RefuseDamaged(backup, backup.Findings);
        FullBackup.Require(backup, "be restored");
    }

    /// <summary>Refuses a backup that has an error among its findings.</summary>
    /// <exception cref="DynamoBackupException">It has.</exception>
    public static void RefuseDamaged(BackupInfo backup, IEnumerable<Finding> findings)
    {
        var errors = findings.Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        if (errors.Count == 0)
            return;
        var code = errors[0].Kind switch
        {
            FindingKind.ManifestTooNew => BackupErrorCode.ManifestTooNew,
            FindingKind.FormatNotSupported => BackupErrorCode.FormatNotSupported,
            FindingKind.UnsafePath => BackupErrorCode.UnsafePath,
            FindingKind.FileUnreadable => BackupErrorCode.StoreReadFailed,
            _ => BackupErrorCode.BackupDamaged,
        };
        throw new DynamoBackupException(
            code,
            $"Backup {backup.Id} cannot be restored{(code == BackupErrorCode.BackupDamaged ? ", for it is damaged" : "")}; nothing was written. {errors[0]}{(errors.Count > 1 ? $" (and {errors.Count - 1} more)" : "")} {errors[0].Fix} Test-DynamoBackup shows all findings.",
            backup.TableName);
    }
}

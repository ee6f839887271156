namespace DynamoBackup.PowerShell.Completion;

/// <summary>Offers the tables that a store holds backups of.</summary>
internal sealed class StoredTableCompleter : StoreCompleter
{
    /// <inheritdoc/>
    protected override bool OnePerTable => true;

    /// <inheritdoc/>
    protected override IEnumerable<Offer> Find(TypedParameters typed) =>
        Search(typed).DistinctBy(table => table.Text, StringComparer.Ordinal).OrderBy(table => table.Text, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override string KeyOf(TypedParameters typed) => "stored tables";

    /// <inheritdoc/>
    protected override Func<BackupInfo, Offer?> ToOffer(TypedParameters typed) =>
        static backup => backup.TableArn.Length == 0 ? null : new Offer(backup.TableName, backup.TableArn);
}

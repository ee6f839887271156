namespace DynamoBackup.Differences;

/// <summary>Receives what a comparison finds, partition by partition.</summary>
internal interface IDifferences
{
    /// <summary>The table lacks an item of the backup.</summary>
    void Missing(BackupEntry entry);

    /// <summary>The table holds an item otherwise.</summary>
    void Different(BackupEntry entry, TableEntry other);

    /// <summary>The table holds an item that the backup lacks.</summary>
    void Extra(TableEntry other);
}

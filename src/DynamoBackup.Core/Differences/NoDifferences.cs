namespace DynamoBackup.Differences;

/// <summary>For whoever wants only the counts.</summary>
internal sealed class NoDifferences : IDifferences
{
    /// <summary>The only one that is needed.</summary>
    public static readonly NoDifferences Instance = new();

    private NoDifferences()
    {
    }

    /// <inheritdoc/>
    public void Missing(BackupEntry entry)
    {
        // Counted by the join.
    }

    /// <inheritdoc/>
    public void Different(BackupEntry entry, TableEntry other)
    {
        // Counted by the join.
    }

    /// <inheritdoc/>
    public void Extra(TableEntry other)
    {
        // Counted by the join.
    }
}

namespace DynamoBackup.Stores;

/// <summary>What was being done when a store failed.</summary>
internal enum StoreAccess
{
    Read,
    Write,
}

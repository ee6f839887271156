namespace DynamoBackup.Stores;

/// <summary>An object in a store.</summary>
/// <param name="Key">Its name, relative to the store's root.</param>
/// <param name="Length">Its size in bytes.</param>
public sealed record StoreEntry(string Key, long Length);

namespace DynamoBackup.Stores;

/// <summary>A small object as it was at one moment.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Version">What tells this state from every other; it has no other meaning.</param>
/// <param name="Age">
/// How long ago it was written: the time that the store recorded, held against the clock of this machine. Negative where that clock is behind the store's.
/// </param>
public sealed record StoreVersion(ReadOnlyMemory<byte> Content, string Version, TimeSpan Age);

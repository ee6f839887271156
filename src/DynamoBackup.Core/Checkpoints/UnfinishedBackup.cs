using DynamoBackup.Stores;

namespace DynamoBackup.Checkpoints;

/// <summary>A backup that a run has left unfinished and another one can continue.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="State">What all its stores have in common.</param>
/// <param name="Versions">The stores that hold it, and its checkpoint's version in each.</param>
internal sealed record UnfinishedBackup(string Folder, Checkpoint State, IReadOnlyDictionary<IBackupStore, string> Versions);

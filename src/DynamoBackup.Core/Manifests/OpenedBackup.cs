using DynamoBackup.Stores;

namespace DynamoBackup.Manifests;

/// <summary>A backup whose manifests have been read.</summary>
/// <param name="Store">Where it lies.</param>
/// <param name="Info">What a user sees of it, findings included.</param>
/// <param name="Files">Its data files; empty where the manifests are too damaged to tell.</param>
/// <param name="Sidecar">The sidecar; null where there is none or it cannot be read.</param>
internal sealed record OpenedBackup(IBackupStore Store, BackupInfo Info, IReadOnlyList<DataFile> Files, Sidecar? Sidecar) : IDisposable
{
    /// <summary>The items' size; where that is not known, the size of their JSON, which is larger; 0 where neither is known. For estimates only.</summary>
    public long ItemBytesEstimate => Info.ItemBytes ?? Sidecar?.RawBytes ?? 0;

    /// <summary>A data file's or manifest's name in the store.</summary>
    public string KeyOf(string name) => StoreKey.Join(Info.Path, name);

    /// <summary>Closes the store.</summary>
    public void Dispose() => Store.Dispose();
}

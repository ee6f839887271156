using DynamoBackup.Manifests;

namespace DynamoBackup.Load;

/// <summary>How much of one data file the service has taken. Its items travel in batches mixed from many files, and are acknowledged in any order.</summary>
/// <param name="file">The file.</param>
/// <param name="isWritten">Whether an earlier run has written all of it.</param>
internal sealed class FileLoad(DataFile file, bool isWritten)
{
    private long _acknowledged;

    /// <summary>The file's name.</summary>
    public string Name => file.Name;

    /// <summary>Whether an earlier run has written all of it: its items are read, for the whole backup's digest, and not sent.</summary>
    public bool IsWritten => isWritten;

    /// <summary>Counts an item that the service has taken.</summary>
    /// <returns>True for the file's last one.</returns>
    public bool Acknowledge() => Interlocked.Increment(ref _acknowledged) == file.ItemCount;
}

using System.Text.Json;
using DynamoBackup.Stores;

namespace DynamoBackup.Checkpoints;

/// <summary>
/// Lets one restore at a time write into a table, of all that share a working directory. The operating system frees the lock when its holder dies.
/// Where the directory is shared by machines and the file system does not carry locks between them, the lease in the file beside it keeps others out instead.
/// The lock file stays: were it deleted, another might hold the lock of a file that is no longer there.
/// </summary>
internal sealed class TableLock : IDisposable
{
    private const int LongestState = 64 * 1024;
    private readonly FileStream _file;
    private readonly string _holderPath;
    private readonly LeaseHolder _holder;
    private readonly Timer _renewal;
    private readonly object _lock = new();
    private bool _isFree;

    private TableLock(FileStream file, string holderPath, LeaseHolder holder)
    {
        _file = file;
        _holderPath = holderPath;
        _holder = holder;
        Write(_holder.Renew());
        _renewal = new Timer(_ => Renew(), null, LeaseHolder.Renewal, LeaseHolder.Renewal);
    }

    /// <summary>Takes the lock.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.RunInProgress"/>: another restore holds it.</exception>
    public static TableLock Take(RestorePlace place, string table)
    {
        FileStream file;
        try
        {
            Directory.CreateDirectory(place.Folder);
            file = new FileStream(place.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(place.LockPath))
        {
            throw InUse(Read(place.HolderPath), table, place.LockPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translate(exception, place.LockPath, StoreAccess.Write);
        }

        var holder = new LeaseHolder();
        try
        {
            var found = Read(place.HolderPath);
            // On one machine the lock alone decides, and the lease of a holder that died is worth nothing.
            if (found is not null && found.Machine != Environment.MachineName && LeaseHolder.RemainingOf(found, AgeOf(found)) is not null)
                throw InUse(found, table, place.LockPath);
            return new TableLock(file, place.HolderPath, holder);
        }
        catch
        {
            holder.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _renewal.Dispose();
        lock (_lock)
        {
            _isFree = true;
            Write(null);
            _file.Dispose();
        }

        _holder.Dispose();
    }

    private static TimeSpan AgeOf(Lease lease) => Manifests.ManifestJson.ParseInstant(lease.RenewedUtc) is { } renewed ? DateTime.UtcNow - renewed : TimeSpan.MaxValue;

    private static Lease? Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= LongestState } ? JsonSerializer.Deserialize(File.ReadAllBytes(path), JournalJsonContext.Default.TableLockState)?.Lease : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            // Being written, or cut while it was: the lock decides, and who holds it is for people only.
            return null;
        }
    }

    private static DynamoBackupException InUse(Lease? lease, string table, string path) => new(
        BackupErrorCode.RunInProgress,
        $"Another restore is writing into table '{table}'{(lease is null ? "" : $": {LeaseHolder.Describe(lease)}, last heard of {lease.RenewedUtc}")}. Let it end, then run this one again. (It holds '{path}'.)",
        table);

    private void Renew()
    {
        lock (_lock)
        {
            if (!_isFree)
                Write(_holder.Renew());
        }
    }

    private void Write(Lease? lease)
    {
        try
        {
            if (lease is null)
                File.Delete(_holderPath);
            else
                File.WriteAllBytes(_holderPath, JsonSerializer.SerializeToUtf8Bytes(new TableLockState { Lease = lease }, JournalJsonContext.Default.TableLockState));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The operating system's lock holds all the same.
            System.Diagnostics.Trace.WriteLine(exception.Message);
        }
    }
}

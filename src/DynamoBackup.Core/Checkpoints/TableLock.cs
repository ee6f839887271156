using System.Text.Json;
using DynamoBackup.Stores;

namespace DynamoBackup.Checkpoints;

/// <summary>
/// Lets one restore at a time write into a table, of all that share a working directory. The operating system frees the lock when its holder dies.
/// Where the directory is shared by machines and the file system does not carry locks between them, the lease in the file keeps others out instead. The
/// file stays: were it deleted, another might hold the lock of a file that is no longer there.
/// </summary>
internal sealed class TableLock : IDisposable
{
    private const int LongestState = 64 * 1024;
    private readonly FileStream _file;
    private readonly LeaseHolder _holder;
    private readonly Timer _renewal;
    private readonly object _lock = new();

    private TableLock(FileStream file, LeaseHolder holder)
    {
        _file = file;
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
            file = new FileStream(place.LockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None);
        }
        catch (IOException) when (File.Exists(place.LockPath))
        {
            throw InUse(Read(place.LockPath), table, place.LockPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw FileErrors.Translate(exception, place.LockPath, StoreAccess.Write);
        }

        var holder = new LeaseHolder();
        try
        {
            var found = Parse(file);
            // On one machine the lock alone decides, and the lease of a holder that died is worth nothing.
            if (found is not null && found.Machine != Environment.MachineName && LeaseHolder.RemainingOf(found, AgeOf(found)) is not null)
                throw InUse(found, table, place.LockPath);
            return new TableLock(file, holder);
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
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return Parse(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Who holds it is for people only; that it is held is known.
            return null;
        }
    }

    private static Lease? Parse(FileStream file)
    {
        if (file.Length is 0 or > LongestState)
            return null;
        try
        {
            return JsonSerializer.Deserialize(file, JournalJsonContext.Default.TableLockState)?.Lease;
        }
        catch (JsonException)
        {
            // Cut while it was written: its holder is dead, for the lock is free.
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
            if (_file.CanWrite)
                Write(_holder.Renew());
        }
    }

    private void Write(Lease? lease)
    {
        try
        {
            _file.SetLength(0);
            JsonSerializer.Serialize(_file, new TableLockState { Lease = lease }, JournalJsonContext.Default.TableLockState);
            _file.Flush();
        }
        catch (IOException exception)
        {
            // The operating system's lock holds all the same.
            System.Diagnostics.Trace.WriteLine(exception.Message);
        }
    }
}

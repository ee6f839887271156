using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DynamoBackup.Manifests;

namespace DynamoBackup.Checkpoints;

/// <summary>
/// One run as the holder of leases, and the judge of others'. A lease is over when it has not been renewed for its time and a margin; or at
/// once, where its holder was a process of this machine that is no longer there. Clocks: what the store recorded is held against this machine's
/// clock; where they differ by more than the margin, a living run may be taken over, which it notices at its next write, and ends.
/// </summary>
internal sealed class LeaseHolder : IDisposable
{
    /// <summary>How often a living run renews its lease.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(30);

    /// <summary>How long a lease is good for.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromMinutes(3);

    /// <summary>By how much clocks may differ.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    /// <summary>No run takes a longer lease: a time that says more is not believed.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromMinutes(10);

    private static readonly ConcurrentDictionary<string, bool> AtWorkHere = new(StringComparer.Ordinal);
    private static readonly string OwnScope = FindScope();
    private static readonly string OwnStart = StartOf(Environment.ProcessId) ?? "";

    private readonly string _id = RandomNumberGenerator.GetHexString(32, lowercase: true);

    public LeaseHolder() => AtWorkHere[_id] = true;

    /// <summary>The lease, renewed now.</summary>
    public Lease Renew() => new()
    {
        Holder = _id,
        Machine = Environment.MachineName,
        ProcessId = Environment.ProcessId,
        ProcessStarted = OwnStart,
        Scope = OwnScope,
        RenewedUtc = ManifestJson.Format(DateTimeOffset.UtcNow),
        Seconds = (int)Time.TotalSeconds,
    };

    /// <summary>How long a lease still keeps others out; null where it does not.</summary>
    /// <param name="lease">The lease; null where there is none.</param>
    /// <param name="age">How long ago it was written.</param>
    public static TimeSpan? RemainingOf(Lease? lease, TimeSpan age)
    {
        if (lease is null || IsGone(lease))
            return null;
        var time = TimeSpan.FromSeconds(Math.Clamp(lease.Seconds, 0, LongestTime.TotalSeconds)) + Margin;
        return age < time ? time - (age > TimeSpan.Zero ? age : TimeSpan.Zero) : null;
    }

    /// <summary>Who holds a lease, for people.</summary>
    public static string Describe(Lease lease) => $"process {lease.ProcessId.ToString(CultureInfo.InvariantCulture)} on '{string.Concat((lease.Machine ?? "?").Take(64).Where(character => !char.IsControl(character)))}'";

    /// <inheritdoc/>
    public void Dispose() => AtWorkHere.TryRemove(_id, out _);

    /// <summary>True where the holder cannot be at work any more, whatever the clock says.</summary>
    private static bool IsGone(Lease lease)
    {
        if (lease.Scope != OwnScope || lease.ProcessId <= 0)
            return false;
        if (lease.ProcessId == Environment.ProcessId && lease.ProcessStarted == OwnStart)
            return !AtWorkHere.ContainsKey(lease.Holder ?? "");
        return StartOf(lease.ProcessId) is var start && (start is null || (start.Length > 0 && start != lease.ProcessStarted));
    }

    /// <summary>When a process began; null where there is no such process, empty where it is not to be found out.</summary>
    private static string? StartOf(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // The 22nd field, in ticks since the system began; the second one, the name, may hold anything but ends in the last parenthesis.
                var stat = File.ReadAllText($"/proc/{processId.ToString(CultureInfo.InvariantCulture)}/stat");
                return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
            }

            using var process = Process.GetProcessById(processId);
            return ManifestJson.Format(process.StartTime);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or ArgumentException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ExternalException or InvalidOperationException or NotSupportedException or IndexOutOfRangeException)
        {
            return "";
        }
    }

    private static string FindScope()
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {new FileInfo("/proc/self/ns/pid").LinkTarget}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is not to be found out makes a scope of this process's own: no one is taken for gone by it.
            return RandomNumberGenerator.GetHexString(32);
        }

        return Environment.MachineName;
    }
}

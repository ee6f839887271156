using System.Diagnostics;
using System.Globalization;

namespace DynamoBackup.PowerShellHost;

/// <summary>The most memory that this process has had at any time.</summary>
internal static class PeakMemory
{
    public static long MiB() => Bytes() >> 20;

    public static long Bytes()
    {
        if (OperatingSystem.IsLinux())
        {
            // Process.PeakWorkingSet64 is what the process has now on some Linux runtimes; the kernel keeps the high-water mark.
            var line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', '\t', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        }

        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}

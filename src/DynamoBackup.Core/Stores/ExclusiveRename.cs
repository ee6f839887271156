using System.Runtime.InteropServices;

namespace DynamoBackup.Stores;

/// <summary>
/// Renames a file unless the new name is taken, as one step. The framework's own move looks first and renames then, on Unix: between the
/// two, another writer's file would be replaced.
/// </summary>
internal static partial class ExclusiveRename
{
    private const int NameTaken = 17;

    /// <summary>Renames.</summary>
    /// <returns>False where the new name is taken; the file then has its old name still.</returns>
    /// <exception cref="IOException">The file could not be renamed.</exception>
    public static bool TryMove(string from, string to)
    {
        if (OperatingSystem.IsWindows())
            return TryMoveOnWindows(from, to);
        if (Link(from, to) == 0)
        {
            File.Delete(from);
            return true;
        }

        return Marshal.GetLastPInvokeError() != NameTaken && TryClaim(from, to);
    }

    private static bool TryMoveOnWindows(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    /// <summary>
    /// For file systems without hard links (exFAT, some network shares): the name is claimed by creating it, which one writer alone can do, and then
    /// replaced. In between it is empty, which readers take for a damaged manifest.
    /// </summary>
    private static bool TryClaim(string from, string to)
    {
        try
        {
            new FileStream(to, FileMode.CreateNew).Dispose();
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }

        File.Move(from, to, overwrite: true);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string from, string to);
}

using System.Security.Cryptography;
using System.Text;

namespace DynamoBackup.Checkpoints;

/// <summary>Where a restore's journal and its table's lock lie: files in the working directory, named by table and endpoint.</summary>
/// <param name="Folder">The working directory.</param>
/// <param name="JournalPath">The journal, one for each backup and table.</param>
/// <param name="LockPath">The lock, one for each table.</param>
internal sealed record RestorePlace(string Folder, string JournalPath, string LockPath)
{
    private const int LongestName = 80;

    /// <summary>Who holds the lock.</summary>
    public string HolderPath => Path.ChangeExtension(LockPath, ".holder");
    private const int HashDigits = 16;

    /// <summary>The working directory of a user who names none.</summary>
    public static string DefaultFolder => UserFolder.Find() ?? UserFolder.In(Path.GetTempPath());

    /// <summary>The place for a backup and a table.</summary>
    /// <param name="folder">The working directory; null takes the default.</param>
    /// <param name="endpoint">The target's endpoint or region.</param>
    /// <param name="table">The target's name or ARN.</param>
    /// <param name="backupId">The backup's id.</param>
    public static RestorePlace Of(string? folder, string endpoint, string table, string backupId)
    {
        folder = Path.GetFullPath(folder ?? DefaultFolder);
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{endpoint}\n{table}")))[..HashDigits].ToLowerInvariant();
        var name = string.Concat(table[(table.LastIndexOf('/') + 1)..].Take(LongestName).Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' ? character : '_'));
        return new RestorePlace(folder, Path.Combine(folder, $"{name}-{hash}-{backupId}.restore.json"), Path.Combine(folder, $"{name}-{hash}.lock"));
    }
}

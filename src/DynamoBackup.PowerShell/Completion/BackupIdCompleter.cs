using System.Globalization;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>Offers the ids of a store's backups, newest first; where tables are typed, of those tables only.</summary>
internal sealed class BackupIdCompleter : StoreCompleter
{
    /// <inheritdoc/>
    protected override bool OnePerTable => false;

    /// <inheritdoc/>
    protected override IEnumerable<Offer> Find(TypedParameters typed) =>
        Search(typed).DistinctBy(backup => backup.Text, StringComparer.Ordinal).OrderByDescending(backup => backup.Text, StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override string KeyOf(TypedParameters typed) => $"ids {string.Join(',', typed.Texts("TableName"))}";

    /// <inheritdoc/>
    protected override Func<BackupInfo, Offer?> ToOffer(TypedParameters typed)
    {
        var patterns = typed.Texts("TableName").Select(name => new TableNamePattern(name)).ToList();
        return backup => patterns.Count == 0 || patterns.Exists(pattern => pattern.Matches(backup.TableName, backup.TableArn))
            ? new Offer(backup.Id, Describe(backup))
            : null;
    }

    private static string Describe(BackupInfo backup) => string.Create(
        CultureInfo.InvariantCulture,
        $"{backup.TableName}, {backup.CompletedUtc?.ToLocalTime():yyyy-MM-dd HH:mm:ss}, {backup.ItemCount:N0} items{(backup.IsDamaged ? ", damaged" : "")}");
}

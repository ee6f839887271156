using DynamoBackup.Chains;

namespace DynamoBackup.Core.Tests.Chains;

/// <summary>Backups of one table, described by seconds from an instant on.</summary>
internal static class ChainSample
{
    public const string Arn = "arn:aws:dynamodb:eu-north-1:123456789012:table/Orders";
    public const string StreamArn = Arn + "/stream/2026-03-01T00:00:00.000";
    public static readonly DateTime Zero = new(2026, 3, 1, 10, 0, 0, DateTimeKind.Utc);

    public static string Id(int number) => $"01772359200{number:D3}-{number:x8}";

    public static DateTime At(double seconds) => Zero.AddSeconds(seconds);

    public static string Text(int seconds) => At(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A full backup read from one second to another, and exact with an incremental one.</summary>
    public static BackupInfo Full(int id, int from, int to, int with) => Backup(id, BackupType.Full, from, to) with { Exactness = BackupExactness.Exact, ExactWith = Id(with), StreamArn = ChainSample.StreamArn };

    /// <summary>A full backup that is exact by itself, as a merged one is.</summary>
    public static BackupInfo Merged(int id, int to) => Backup(id, BackupType.Full, to, to) with { Exactness = BackupExactness.Exact };

    /// <summary>A full backup of a table without a stream.</summary>
    public static BackupInfo Fuzzy(int id, int from, int to) => Backup(id, BackupType.Full, from, to) with { Exactness = BackupExactness.Fuzzy };

    /// <summary>A full backup made before backups knew their exactness.</summary>
    public static BackupInfo Old(int id, double from, double to) => Backup(id, BackupType.Full, 0, 0) with { FromUtc = null, ToUtc = null, StartedUtc = At(from), CompletedUtc = At(to) };

    /// <summary>An incremental backup read from the table's stream.</summary>
    public static BackupInfo Increment(int id, int parent, int from, int to) => Backup(id, BackupType.Incremental, from, to) with { ParentId = Id(parent), StreamArn = ChainSample.StreamArn };

    /// <summary>A full export by AWS.</summary>
    public static BackupInfo Export(int id, double at) => Merged(id, 0) with { FromUtc = At(at), ToUtc = At(at), Findings = [new(FindingSeverity.Information, FindingKind.SidecarMissing, "dynamobackup.json", "By AWS.", "Nothing to do.")] };

    /// <summary>An incremental export by AWS.</summary>
    public static BackupInfo Window(int id, int from, int to) => Backup(id, BackupType.Incremental, from, to);

    public static BackupInfo Damaged(BackupInfo backup) => backup with { Findings = [new(FindingSeverity.Error, FindingKind.ManifestDamaged, "manifest-files.json", "The file is missing.", "Restore it.")] };

    /// <summary>The backups that a restore takes, base first.</summary>
    public static IEnumerable<string> Ids(this RestorePoint point) => point.Increments.Prepend(point.Base).Select(backup => backup.Id);

    public static IEnumerable<string> Ids(params int[] numbers) => numbers.Select(Id);

    private static BackupInfo Backup(int id, BackupType type, int from, int to) => new()
    {
        TableName = "Orders",
        TableArn = Arn,
        Id = Id(id),
        Type = type,
        Location = "/backups",
        Path = $"Orders/AWSDynamoDB/{Id(id)}",
        ItemCount = 5,
        TableId = "5f1c",
        StartedUtc = At(from),
        CompletedUtc = At(to),
        FromUtc = At(from),
        ToUtc = At(to),
    };
}

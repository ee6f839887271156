using System.Globalization;
using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>Takes the backups to work on: as objects from the pipeline, or as a selection from a store.</summary>
public abstract class BackupInputCmdlet : BackupSelectingCmdlet
{
    /// <summary>The parameter set of a selection.</summary>
    protected const string SelectionSet = "Selection";

    /// <summary>The parameter set of a backup given as an object.</summary>
    protected const string ObjectSet = "Object";

    /// <summary>A backup from Backup-DynamoTable or Get-DynamoBackup.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [ValidateNotNull]
    public BackupInfo? Backup { get; set; }

    /// <summary>Names or ARNs of the tables that were backed up; wildcards over names are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = SelectionSet)]
    [ArgumentCompleter(typeof(StoredTableCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? TableName { get; set; }

    /// <summary>The stores to look in.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = SelectionSet)]
    [Alias("Location")]
    public string[]? Source { get; set; }

    /// <summary>A backup's id.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = SelectionSet)]
    [ArgumentCompleter(typeof(BackupIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <summary>The newest backup of each selected table; of several copies a sound one, in the order in which the stores were given.</summary>
    /// <param name="connection">Whose credentials and region the store gets unless said otherwise.</param>
    protected IReadOnlyList<BackupInfo> SelectNewest(AwsConnection connection)
    {
        var found = Select(TableName, new BackupQuery
        {
            Sources = LocationResolver.ResolveAll(this, Source, nameof(Source)),
            Store = GetStoreOptions(connection),
            Id = Id,
            Latest = true,
        });
        var chosen = new List<BackupInfo>();
        foreach (var sameName in found.GroupBy(backup => backup.TableName, StringComparer.Ordinal))
        {
            Guard(() => chosen.Add(sameName.DistinctBy(backup => backup.TableArn, StringComparer.Ordinal).Count() == 1
                ? sameName.FirstOrDefault(backup => !backup.IsDamaged) ?? sameName.First()
                : throw new DynamoBackupException(
                    BackupErrorCode.BackupAmbiguous,
                    $"Tables of different accounts or regions are named '{sameName.Key}': {string.Join(", ", sameName.Select(backup => backup.TableArn).Distinct(StringComparer.Ordinal))}. Give one ARN as -TableName, or an -Id.",
                    sameName.Key)));
        }

        return chosen;
    }

    /// <summary>The backup from the pipeline, or the newest one of each selected table.</summary>
    /// <param name="connection">Whose credentials and region the store gets unless said otherwise.</param>
    protected IReadOnlyList<BackupInfo> SelectBackups(AwsConnection connection) => Backup is not null ? [Backup] : SelectNewest(connection);

    /// <summary>Refuses a backup from the pipeline that was listed as one of several that bring an instant back: taken by itself, it is another state.</summary>
    /// <param name="command">The command, as it does what was meant.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidArgument"/>.</exception>
    protected void RefuseOneOfSeveral(string command)
    {
        if (Backup is not { ForPointInTimeUtc: { } at })
            return;
        var instant = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        throw new DynamoBackupException(
            BackupErrorCode.InvalidArgument,
            $"Backup {Backup.Id} is one of those that bring '{Backup.TableName}' back as it was at {instant}; taken one by one, they end at another time. Nothing was done. Give the time to the command itself: {command} '{Backup.TableName}' '{Backup.Location}' -PointInTime {instant}",
            Backup.Id);
    }

    /// <summary>All backups of a backup's table: of the place that a backup from the pipeline lies in, else of all given places.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="connection">Whose credentials and region the store gets unless said otherwise.</param>
    protected IReadOnlyList<BackupInfo> SelectRelatives(BackupInfo backup, AwsConnection connection)
    {
        ArgumentNullException.ThrowIfNull(backup);
        return Select(null, new BackupQuery
        {
            Sources = Backup is not null ? [backup.Location] : LocationResolver.ResolveAll(this, Source, nameof(Source)),
            Store = GetStoreOptions(connection),
            TableFilter = (_, arn) => arn == backup.TableArn,
        });
    }
}

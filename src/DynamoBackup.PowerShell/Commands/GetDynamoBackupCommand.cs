using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Lists the backups that a store holds.</summary>
[Cmdlet(VerbsCommon.Get, "DynamoBackup")]
[OutputType(typeof(BackupInfo))]
public sealed class GetDynamoBackupCommand : BackupSelectingCmdlet
{
    /// <summary>Names or ARNs of tables; wildcards over names are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(StoredTableCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? TableName { get; set; }

    /// <summary>The stores to look in.</summary>
    [Parameter(Position = 1)]
    public string[]? Source { get; set; }

    /// <summary>A backup's id.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BackupIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <summary>Only backups completed at or after this time.</summary>
    [Parameter]
    public DateTime? After { get; set; }

    /// <summary>Only backups completed at or before this time.</summary>
    [Parameter]
    public DateTime? Before { get; set; }

    /// <summary>The backups that bring each table back as it was at this time.</summary>
    [Parameter]
    [Instant]
    [ValidateNotNull]
    public DateTimeOffset? PointInTime { get; set; }

    /// <summary>Backups in the order of their chains, with what is broken and what lies between.</summary>
    [Parameter]
    public SwitchParameter Chain { get; set; }

    /// <summary>Only the newest backup of each table.</summary>
    [Parameter]
    public SwitchParameter Latest { get; set; }

    /// <summary>Backups that are not complete, in place of those that are.</summary>
    [Parameter]
    public SwitchParameter Unfinished { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Listing backups";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        RequireSense();
        var isAll = Chain || PointInTime is not null;
        var found = Select(TableName, new BackupQuery
        {
            Sources = LocationResolver.ResolveAll(this, Source, nameof(Source)),
            Store = GetStoreOptions(GetConnection()),
            Id = isAll ? null : Id,
            After = isAll || After is not { } after ? null : new DateTimeOffset(after),
            Before = isAll || Before is not { } before ? null : new DateTimeOffset(before),
            Latest = Latest,
            Unfinished = Unfinished,
        });
        if (Chain)
        {
            WriteObject(ChainRun.List(found, Id).Where(backup => !(backup.CompletedUtc < After?.ToUniversalTime()) && !(backup.CompletedUtc > Before?.ToUniversalTime())), enumerateCollection: true);
        }
        else if (PointInTime is { } at)
        {
            foreach (var table in found.GroupBy(backup => backup.TableArn, StringComparer.Ordinal))
                Guard(() => WriteObject(ChainRun.Resolve(table, at).Select(backup => backup with { ForPointInTimeUtc = at.UtcDateTime }), enumerateCollection: true));
        }
        else
        {
            WriteObject(found, enumerateCollection: true);
        }
    }

    /// <summary>Which backups bring a time back is found from all of a table.</summary>
    private void RequireSense()
    {
        var asked = PointInTime is not null ? "-PointInTime" : Chain ? "-Chain" : null;
        var other = asked is null ? null : Latest ? "-Latest" : Unfinished ? "-Unfinished"
            : PointInTime is null ? null : Chain ? "-Chain" : Id is not null ? "-Id" : After is not null ? "-After" : Before is not null ? "-Before" : null;
        if (other is not null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"{asked} and {other} do not go together: {asked} looks at all complete backups of a table. Leave one of them out.");
    }
}

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
        var query = new BackupQuery
        {
            Sources = LocationResolver.ResolveAll(this, Source, nameof(Source)),
            Store = GetStoreOptions(GetConnection()),
            Id = Id,
            After = After is { } after ? new DateTimeOffset(after) : null,
            Before = Before is { } before ? new DateTimeOffset(before) : null,
            Latest = Latest,
            Unfinished = Unfinished,
        };
        WriteObject(Select(TableName, query), enumerateCollection: true);
    }
}

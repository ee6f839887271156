using System.Collections.Specialized;
using System.Management.Automation;
using System.Text;
using DynamoBackup.PowerShell.Items;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Reads items out of backups.</summary>
[Cmdlet(VerbsCommon.Get, "DynamoBackupItem", DefaultParameterSetName = SelectionSet)]
[OutputType(typeof(PSObject), typeof(string), typeof(OrderedDictionary), typeof(ItemVersion))]
public sealed class GetDynamoBackupItemCommand : BackupInputCmdlet
{
    private readonly HashSet<(string TableArn, string Id)> _read = [];
    private readonly List<(string TableArn, string Location)> _piped = [];

    /// <summary>Keys of the items to read.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[]? Key { get; set; }

    /// <summary>A condition on items.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? Where { get; set; }

    /// <summary>Return every version of the items, from all backups of the table.</summary>
    [Parameter]
    public SwitchParameter History { get; set; }

    /// <summary>Return the version of each item that was in the table at this time.</summary>
    [Parameter]
    [Instant]
    [ValidateNotNull]
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>The folder for temporary files.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkingDirectory { get; set; }

    /// <summary>Return each item as a line of DynamoDB JSON.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    /// <summary>Return each item as a dictionary with case-sensitive keys.</summary>
    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Reading items out of backups";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        if (AsJson && AsHashtable)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Give either -AsJson or -AsHashtable, not both.");
        if (Backup is null && TableName is null && Id is null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "Say which backup to read: -TableName, -Id, or a backup from the pipeline.");
        RequireSense();
        var connection = GetConnection();
        var keys = ItemWriter.ToKeys(Key);
        if (History || AsOf is not null)
        {
            if (Backup is not null)
                _piped.Add((Backup.TableArn, Backup.Location));
            else
                ReadHistory(connection, keys!, TableName, LocationResolver.ResolveAll(this, Source, nameof(Source)));
            return;
        }

        foreach (var backup in Backup is not null ? [Backup] : SelectNewest(connection))
        {
            // Copies of one backup at several places are one backup.
            if (_read.Add((backup.TableArn, backup.Id)))
                Guard(() => Read(backup, connection, keys));
            else
                WriteVerbose($"The copy of backup {backup.Id} at {backup.Location} is passed over: another copy has been read.");
        }
    }

    /// <summary>Versions come from all backups of a table, and of items that are named.</summary>
    private void RequireSense()
    {
        if (!History && AsOf is null)
            return;
        var asked = History ? "-History" : "-AsOf";
        if (Key is null)
        {
            throw new DynamoBackupException(
                BackupErrorCode.InvalidArgument,
                $"{asked} returns versions of certain items: give their keys as -Key. Restore-DynamoTable -PointInTime brings the whole table back as it was.");
        }

        var other = Id is not null ? "-Id" : Where is not null ? "-Where" : null;
        if (other is not null)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"{asked} and {other} do not go together: {asked} looks at all backups of a table, for the items of -Key. Leave one of them out{(Id is null ? "; Where-Object chooses among the versions" : " and give -TableName")}.");
    }

    /// <summary>Of several backups of one table each leads to all of them, in all places that they lie in.</summary>
    protected override void EndProcessing()
    {
        try
        {
            foreach (var table in _piped.Distinct().GroupBy(backup => backup.TableArn, StringComparer.Ordinal))
                Guard(() => ReadHistory(GetConnection(), ItemWriter.ToKeys(Key)!, [table.Key], [.. table.Select(backup => backup.Location)]));
        }
        finally
        {
            base.EndProcessing();
        }
    }

    private void ReadHistory(AwsConnection connection, IReadOnlyList<ItemKey> keys, string[]? names, IReadOnlyList<string> sources)
    {
        var store = GetStoreOptions(connection);
        var folder = WorkingDirectory is null ? null : LocationResolver.ToFileSystemPath(this, WorkingDirectory);
        foreach (var table in Select(names, new BackupQuery { Sources = sources, Store = store }).GroupBy(backup => backup.TableArn, StringComparer.Ordinal))
        {
            var request = new HistoryRequest { Backups = [.. table], Store = store, Keys = keys, AsOf = AsOf, WorkingDirectory = folder, ItemReader = json => Convert(json.Span) };
            Guard(() => RunEngine((output, pipeline, cancellation) => HistoryRun.RunAsync(
                request, (versions, waiting) => pipeline.RunAsync(() => WriteObject(versions, enumerateCollection: true), waiting), output, cancellation)));
        }
    }

    private object Convert(ReadOnlySpan<byte> json) => AsJson ? Encoding.UTF8.GetString(json) : AsHashtable ? ItemReader.ToDictionary(json) : ItemReader.ToObject(json);

    private void Read(BackupInfo backup, AwsConnection connection, IReadOnlyList<ItemKey>? keys)
    {
        var request = new ItemsRequest { Source = backup.Location, Store = GetStoreOptions(connection), Path = backup.Path, Keys = keys };
        RunEngine((output, pipeline, cancellation) => ItemsRun.RunAsync(
            request, (items, waiting) => pipeline.RunAsync(() => Write(items), waiting), output, cancellation));
    }

    private void Write(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        var condition = Where is null ? null : new ItemCondition(Where);
        foreach (var json in items)
        {
            var item = condition is null && (AsJson || AsHashtable) ? null : ItemReader.ToObject(json.Span);
            if (condition is null || condition.Takes(item!))
                WriteObject(AsJson ? Encoding.UTF8.GetString(json.Span) : AsHashtable ? ItemReader.ToDictionary(json.Span) : item);
        }
    }
}

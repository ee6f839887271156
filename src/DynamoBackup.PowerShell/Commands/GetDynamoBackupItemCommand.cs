using System.Collections.Specialized;
using System.Management.Automation;
using System.Text;
using DynamoBackup.PowerShell.Items;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Reads items out of backups.</summary>
[Cmdlet(VerbsCommon.Get, "DynamoBackupItem", DefaultParameterSetName = SelectionSet)]
[OutputType(typeof(PSObject), typeof(string), typeof(OrderedDictionary))]
public sealed class GetDynamoBackupItemCommand : BackupInputCmdlet
{
    private readonly HashSet<(string TableArn, string Id)> _read = [];

    /// <summary>Keys of the items to read.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[]? Key { get; set; }

    /// <summary>A condition on items.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? Where { get; set; }

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
        var connection = GetConnection();
        var keys = ItemWriter.ToKeys(Key);
        foreach (var backup in Backup is not null ? [Backup] : SelectNewest(connection))
        {
            // Copies of one backup at several places are one backup.
            if (_read.Add((backup.TableArn, backup.Id)))
                Guard(() => Read(backup, connection, keys));
            else
                WriteVerbose($"The copy of backup {backup.Id} at {backup.Location} is passed over: another copy has been read.");
        }
    }

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

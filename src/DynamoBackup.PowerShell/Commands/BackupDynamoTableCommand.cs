using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Backs up DynamoDB tables.</summary>
[Cmdlet(VerbsData.Backup, "DynamoTable", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(BackupInfo))]
public sealed class BackupDynamoTableCommand : StoreCmdlet
{
    /// <summary>Names or ARNs of tables; wildcards over names are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TableCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] TableName { get; set; } = [];

    /// <summary>Where to store the backup: one place or several.</summary>
    [Parameter(Position = 1)]
    public string[]? Destination { get; set; }

    /// <summary>How to compress data files.</summary>
    [Parameter]
    public BackupCompression Compression { get; set; }

    /// <summary>How many scan segments to read in parallel.</summary>
    [Parameter]
    [ValidateRange(1, 1_000)]
    public int? Segments { get; set; }

    /// <summary>Use strongly consistent reads.</summary>
    [Parameter]
    public SwitchParameter ConsistentRead { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Backing up DynamoDB tables";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        var connection = GetConnection();
        var destinations = LocationResolver.ResolveAll(this, Destination, nameof(Destination));
        foreach (var pattern in TableName.Select(name => new TableNamePattern(name)))
        {
            Guard(() =>
            {
                foreach (var table in Expand(pattern, connection))
                    Guard(() => BackUp(table, connection, destinations));
            });
        }
    }

    private IReadOnlyList<string> Expand(TableNamePattern pattern, AwsConnection connection)
    {
        if (!pattern.IsWildcard)
            return [pattern.Text];
        var names = RunEngine((output, cancellation) => TableListRun.RunAsync(connection, output, cancellation));
        var matches = names.Where(name => pattern.Matches(name, name)).ToList();
        WriteVerbose($"'{pattern.Text}' matches {matches.Count} of {names.Count} tables.");
        return matches;
    }

    private void BackUp(string table, AwsConnection connection, IReadOnlyList<string> destinations)
    {
        if (!ShouldProcess(table, $"Back up to {string.Join(", ", destinations)}"))
            return;
        var request = new BackupRequest
        {
            TableName = table,
            Connection = connection,
            Destinations = destinations,
            Store = GetStoreOptions(connection),
            Compression = Compression,
            Segments = Segments,
            ConsistentRead = ConsistentRead,
        };
        WriteObject(RunEngine((output, cancellation) => BackupRun.RunAsync(request, output, cancellation)), enumerateCollection: true);
    }
}

using System.Collections;
using System.Globalization;
using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Backs up DynamoDB tables.</summary>
[Cmdlet(VerbsData.Backup, "DynamoTable", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(BackupInfo))]
public sealed class BackupDynamoTableCommand : StoreCmdlet
{
    // One for all tables of the pipeline, which share a budget by it.
    private CapacityLimit? _limit;

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

    /// <summary>Store items without computing their content digest.</summary>
    [Parameter]
    public SwitchParameter NoContentDigest { get; set; }

    /// <summary>The storage class of data files in S3.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(StorageClassCompleter))]
    [ValidateNotNullOrEmpty]
    public string? StorageClass { get; set; }

    /// <summary>Server-side encryption of the objects in S3.</summary>
    [Parameter]
    public StoreEncryption? StoreEncryption { get; set; }

    /// <summary>The KMS key that encrypts the objects in S3.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StoreKmsKeyId { get; set; }

    /// <summary>Tags for the objects in S3.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? StoreTag { get; set; }

    /// <summary>The most read capacity units a second.</summary>
    [Parameter]
    [ValidateRange(0.1, 1e9)]
    public double? MaxReadUnits { get; set; }

    /// <summary>The most read capacity, as a share of what the table has.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int? ReadCapacityPercent { get; set; }

    /// <summary>Go on with a backup that an earlier run has left unfinished.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>The stored size at which a data file is closed and the next one begun.</summary>
    [Parameter]
    [ValidateRange(64L << 10, 5L << 40)]
    public long? MaxFileBytes { get; set; }

    /// <summary>How long one table's backup may take.</summary>
    [Parameter]
    [ValidateNotNull]
    public TimeSpan? Timeout { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Backing up DynamoDB tables";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        var connection = GetConnection();
        _limit ??= CapacityParameters.Limit("Read", MaxReadUnits, ReadCapacityPercent);
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

    /// <inheritdoc/>
    protected override StoreOptions GetStoreOptions(AwsConnection connection)
    {
        if (StoreKmsKeyId is not null && StoreEncryption != DynamoBackup.StoreEncryption.Kms)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-StoreKmsKeyId needs -StoreEncryption Kms beside it.", StoreKmsKeyId);
        return base.GetStoreOptions(connection) with
        {
            StorageClass = StorageClass,
            Encryption = StoreEncryption,
            KmsKeyId = StoreKmsKeyId,
            Tags = StoreTags.From(StoreTag),
        };
    }

    private IReadOnlyList<string> Expand(TableNamePattern pattern, AwsConnection connection)
    {
        if (!pattern.IsWildcard)
            return [pattern.Text];
        var names = RunEngine((output, cancellation) => TableListRun.RunAsync(connection, output, cancellation));
        var matches = names.Where(name => pattern.Matches(name, name)).ToList();
        WriteVerbose($"'{pattern.Text}' matches {matches.Count} of {names.Count} tables{(matches.Count == 0 ? ": there is nothing to back up. Names are case-sensitive; check -Region and the credentials' account" : "")}.");
        return matches;
    }

    private void BackUp(string table, AwsConnection connection, IReadOnlyList<string> destinations)
    {
        var request = new BackupRequest
        {
            TableName = table,
            Connection = connection,
            Destinations = destinations,
            Store = GetStoreOptions(connection),
            Compression = Compression,
            Segments = Segments,
            ConsistentRead = ConsistentRead,
            NoContentDigest = NoContentDigest,
            ReadLimit = _limit,
            Resume = Resume,
            Timeout = Timeout,
        };
        if (MaxFileBytes is { } bytes)
            request = request with { MaxFileBytes = bytes };
        // Only where someone reads it is the plan worth a call of its own.
        var what = IsAsked ? Describe(RunEngine((output, cancellation) => BackupRun.PlanAsync(request, output, cancellation)), Resume) : "Back up ";
        if (Ask(() => ShouldProcess(table, $"{what}to {string.Join(", ", destinations)}"), $"The backup of '{table}'", "-Confirm:$false", table))
            WriteObject(RunEngine((output, cancellation) => BackupRun.RunAsync(request, output, cancellation)), enumerateCollection: true);
    }

    private static string Describe(BackupPlan plan, bool resumes) => (plan, resumes) switch
    {
        ({ UnfinishedId: { } id }, _) => string.Create(CultureInfo.InvariantCulture, $"Go on with the unfinished backup {id}, in which {plan.StoredItems:N0} items are stored, and back up the rest of {Size(plan)}"),
        (_, true) => $"Begin a new backup, for there is no unfinished one to go on with, and back up {Size(plan)}",
        _ => $"Back up {Size(plan)}",
    };

    private static string Size(BackupPlan plan) => plan is { Items: 0, Bytes: 0 }
        ? "a table that is empty, or whose items DynamoDB has not counted yet, "
        : string.Create(
            CultureInfo.InvariantCulture,
            $"about {plan.Items:N0} items ({plan.Bytes:N0} bytes; {CapacityParameters.Describe(plan.ReadUnits, "read", plan.Duration, plan.Basis)}) ");
}

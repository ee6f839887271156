using System.Collections;
using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Parameters;
using DynamoBackup.PowerShell.Pipeline;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Backs up DynamoDB tables.</summary>
[Cmdlet(VerbsData.Backup, "DynamoTable", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(BackupInfo))]
public sealed class BackupDynamoTableCommand : StoreCmdlet
{
    private readonly List<BackupRequest> _followed = [];
    private readonly CommandLimit _limit = new("Read");

    /// <summary>Names or ARNs of tables; wildcards over names are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(TableCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] TableName { get; set; } = [];

    /// <summary>Where to store the backup: one place or several.</summary>
    [Parameter(Position = 1)]
    public string[]? Destination { get; set; }

    /// <summary>Whether to store the whole table, or what has changed since the last backup.</summary>
    [Parameter]
    public BackupType Type { get; set; }

    /// <summary>Keep capturing changes until stopped, or for -Duration.</summary>
    [Parameter]
    public SwitchParameter Continuous { get; set; }

    /// <summary>How often -Continuous completes an incremental backup: a time, a size, or both.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[]? SealEvery { get; set; }

    /// <summary>How long -Continuous goes on.</summary>
    [Parameter]
    [ValidateNotNull]
    public TimeSpan? Duration { get; set; }

    /// <summary>Fail where there is no backup that an incremental one could build on.</summary>
    [Parameter]
    public SwitchParameter RequireBase { get; set; }

    /// <summary>What to do where changes are lost.</summary>
    [Parameter]
    public GapAction GapAction { get; set; }

    /// <summary>Turn the table's stream on where it is off.</summary>
    [Parameter]
    public SwitchParameter EnableStream { get; set; }

    /// <summary>Leave the table's stream alone in a full backup.</summary>
    [Parameter]
    public SwitchParameter NoStream { get; set; }

    /// <summary>How long the stream is read before an eventually consistent scan begins.</summary>
    [Parameter]
    [ValidateNotNull]
    public TimeSpan? StreamLead { get; set; }

    /// <summary>How long a quiet shard of the stream is read beyond the backup's instant.</summary>
    [Parameter]
    [ValidateNotNull]
    public TimeSpan? StreamSettle { get; set; }

    /// <summary>The address of DynamoDB Streams, where it is not the region's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StreamsEndpointUrl { get; set; }

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
    [ValidateRange(CommandLimit.LeastUnits, CommandLimit.MostUnits)]
    public double? MaxReadUnits { get; set; }

    /// <summary>The most read capacity, as a share of what the table has.</summary>
    [Parameter]
    [ValidateRange(CommandLimit.LeastPercent, CommandLimit.MostPercent)]
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
        RefuseNonsense();
        var connection = GetConnection() with { StreamsEndpointUrl = StreamsEndpointUrl };
        var limit = _limit.Of(MaxReadUnits, ReadCapacityPercent);
        var destinations = LocationResolver.ResolveAll(this, Destination, nameof(Destination));
        foreach (var pattern in TableName.Select(name => new TableNamePattern(name)))
        {
            Guard(() =>
            {
                foreach (var table in Expand(pattern, connection))
                    Guard(() => BackUp(table, connection, destinations, limit));
            });
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            Guard(FollowStreams);
        }
        finally
        {
            base.EndProcessing();
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

    private void BackUp(string table, AwsConnection connection, IReadOnlyList<string> destinations, CapacityLimit? limit)
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
            ReadLimit = limit,
            Resume = Resume,
            Timeout = Timeout,
        };
        if (MaxFileBytes is { } bytes)
            request = request with { MaxFileBytes = bytes };
        request = WithStream(request);
        if (Continuous || Type == BackupType.Incremental)
        {
            FollowStream(request);
            return;
        }

        // Only where someone reads it is the plan worth a call of its own.
        var what = IsAsked ? BackupWords.Describe(RunEngine((output, cancellation) => BackupRun.PlanAsync(request, output, cancellation)), Resume) : "Back up ";
        if (Ask(() => ShouldProcess(table, $"{what}to {string.Join(", ", destinations)}"), $"The backup of '{table}'", "-Confirm:$false", table))
            WriteObject(RunEngine((output, cancellation) => BackupRun.RunAsync(request, output, cancellation)), enumerateCollection: true);
    }

    private void FollowStream(BackupRequest request)
    {
        var where = string.Join(", ", request.Destinations);
        var what = IsAsked ? RunEngine((output, cancellation) => IncrementalRun.PlanAsync(request, output, cancellation)) : "";
        if (!ShouldProcess(request.TableName, $"{(Continuous ? "Keep backing up" : "Back up")} what changes to {where}{(what.Length > 0 ? $": {what}" : "")}"))
            return;
        // A table that is followed for as long as the command runs must not keep the next one waiting.
        if (Continuous)
            _followed.Add(request);
        else
            RunEngine((output, pipeline, cancellation) => FollowAsync(request, pipeline, output, cancellation));
    }

    private Task<int> FollowAsync(BackupRequest request, IPipelineThread pipeline, IRunOutput output, CancellationToken cancellation) =>
        IncrementalRun.RunAsync(request, (backups, waiting) => pipeline.RunAsync(() => WriteObject(backups, enumerateCollection: true), waiting), output, cancellation);

    /// <summary>Follows all tables at once. One that cannot go on does not end the others.</summary>
    private void FollowStreams()
    {
        if (_followed.Count == 0)
            return;
        RunEngine((output, pipeline, cancellation) => _followed.Count == 1 ? FollowAsync(_followed[0], pipeline, output, cancellation) : FollowAllAsync(pipeline, output, cancellation));
    }

    private async Task<int> FollowAllAsync(IPipelineThread pipeline, IRunOutput output, CancellationToken cancellation)
    {
        var counts = await Task.WhenAll(_followed.Select(async request =>
        {
            try
            {
                return await FollowAsync(request, pipeline, output, cancellation);
            }
            catch (DynamoBackupException failure)
            {
                output.Error(failure);
                return 0;
            }
        }));
        return counts.Sum();
    }

    private BackupRequest WithStream(BackupRequest request)
    {
        var seal = SealInterval.Read(SealEvery);
        return request with
        {
            Type = Type,
            Continuous = Continuous,
            SealEvery = seal.Time ?? request.SealEvery,
            SealBytes = seal.Bytes,
            Duration = Duration,
            RequireBase = RequireBase,
            GapAction = GapAction,
            EnableStream = EnableStream,
            NoStream = NoStream,
            StreamLead = StreamLead ?? request.StreamLead,
            StreamSettle = StreamSettle ?? request.StreamSettle,
        };
    }

    private void RefuseNonsense()
    {
        var full = Type == BackupType.Full && !Continuous;
        Refuse(full && RequireBase, "-RequireBase goes with -Type Incremental or -Continuous.");
        Refuse(full && MyInvocation.BoundParameters.ContainsKey(nameof(GapAction)), "-GapAction goes with -Type Incremental or -Continuous.");
        Refuse(!Continuous && (SealEvery is not null || Duration is not null), "-SealEvery and -Duration go with -Continuous.");
        Refuse(Continuous && Timeout is not null, "-Continuous is ended by -Duration, not by -Timeout.");
        Refuse(!full && NoStream, "-NoStream is for full backups: changes are read from the stream.");
        Refuse(!full && Resume, "-Resume is for full backups: an incremental backup always goes on from where the last one ended.");
        Refuse(Continuous && MyInvocation.BoundParameters.ContainsKey(nameof(Type)) && Type == BackupType.Full, "-Continuous makes incremental backups. Leave -Type out, or give Incremental.");
        Refuse(NoStream && EnableStream, "Give -NoStream or -EnableStream, not both.");
        Refuse(Duration is { } duration && (duration < TimeSpan.FromSeconds(1) || duration > TimeSpan.FromDays(3650)), "-Duration is a time of a second at least, such as (New-TimeSpan -Hours 8).");
        Refuse(StreamLead is { } lead && (lead < TimeSpan.Zero || lead > TimeSpan.FromHours(1)), "-StreamLead is a time between nothing and an hour, such as (New-TimeSpan -Seconds 60).");
        Refuse(StreamSettle is { } settle && (settle < TimeSpan.FromSeconds(1) || settle > TimeSpan.FromHours(1)), "-StreamSettle is a time between a second and an hour, such as (New-TimeSpan -Seconds 10).");
    }

    private static void Refuse(bool isNonsense, string why)
    {
        if (isNonsense)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, why);
    }
}

using System.Globalization;
using System.Management.Automation;
using DynamoBackup.PowerShell.Completion;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Commands;

/// <summary>Removes backups from a store.</summary>
// The object is the default: otherwise one would be taken by its properties, and not where it says that it lies.
[Cmdlet(VerbsCommon.Remove, "DynamoBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(BackupRemoval))]
public sealed class RemoveDynamoBackupCommand : StoreCmdlet
{
    private const string IdSet = "Id";
    private const string ObjectSet = "Object";
    private const string UnfinishedSet = "Unfinished";

    /// <summary>A backup from Backup-DynamoTable or Get-DynamoBackup.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [ValidateNotNull]
    public BackupInfo? Backup { get; set; }

    /// <summary>A backup's id.</summary>
    // Not mandatory: without it, PowerShell could only say that it knows no such set of parameters.
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet)]
    [Parameter(ParameterSetName = UnfinishedSet)]
    [ArgumentCompleter(typeof(BackupIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Id { get; set; }

    /// <summary>The store, or several.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet)]
    [Parameter(Position = 1, ParameterSetName = UnfinishedSet)]
    [Alias("Location")]
    public string[]? Source { get; set; }

    /// <summary>Names or ARNs of tables; wildcards over names are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet)]
    [Parameter(Position = 0, ParameterSetName = UnfinishedSet)]
    [ArgumentCompleter(typeof(StoredTableCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? TableName { get; set; }

    /// <summary>Remove what was never completed.</summary>
    [Parameter(Mandatory = true, ParameterSetName = UnfinishedSet)]
    public SwitchParameter Unfinished { get; set; }

    /// <summary>How long an unfinished backup must have been left alone.</summary>
    [Parameter(ParameterSetName = UnfinishedSet)]
    public TimeSpan OlderThan { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Do not ask before removing the last sound backup of a table.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Removing backups";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        var options = GetStoreOptions(GetConnection());
        if (Backup is not null)
        {
            // Who names an unfinished backup has made up his mind: there is no further grace than what keeps a living run safe.
            Guard(() => RemoveFrom(new() { Source = Backup.Location, Store = options, Path = Backup.Path, Id = Backup.Id, Unfinished = Backup.IsUnfinished, OlderThan = TimeSpan.Zero }));
            return;
        }

        if (Id is null && !Unfinished)
        {
            var which = TableName is null ? "" : $"-TableName {string.Join(", ", TableName)} ";
            throw new DynamoBackupException(
                BackupErrorCode.InvalidArgument,
                $"Say which backup to remove: give -Id, or pipe backups from Get-DynamoBackup {which}to Remove-DynamoBackup. What was never completed is removed with -Unfinished. All backups of a table are not removed by its name alone.");
        }

        var patterns = TableName?.Select(name => new TableNamePattern(name)).ToList();
        Func<string, string, bool>? filter = patterns is null ? null : (name, arn) => patterns.Exists(pattern => pattern.Matches(name, arn));
        foreach (var source in LocationResolver.ResolveAll(this, Source, nameof(Source)))
            Guard(() => RemoveFrom(new() { Source = source, Store = options, Id = Id, TableFilter = filter, Unfinished = Unfinished, OlderThan = OlderThan }));
    }

    private void RemoveFrom(RemovalRequest request)
    {
        var plans = RunEngine((output, cancellation) => RemovalRun.PlanAsync(request, output, cancellation));
        if (plans.Count == 0 && request is { Unfinished: true, Path: not null })
        {
            throw new DynamoBackupException(
                BackupErrorCode.BackupNotFound,
                $"{request.Source} holds no unfinished backup '{request.Id}' any more: it has been completed or removed. List what is there with: Get-DynamoBackup -Source '{request.Source}'", request.Id);
        }

        if (plans.Count == 0 && !request.Unfinished)
        {
            throw new DynamoBackupException(
                BackupErrorCode.BackupNotFound,
                $"{request.Source} holds no backup '{request.Id}'{(request.TableFilter is null ? "" : " of such a table")}. List what is there with: Get-DynamoBackup -Source '{request.Source}'; what was never completed is removed with -Unfinished.", request.Id);
        }

        foreach (var plan in plans)
            Guard(() => Remove(plan, request.Store));
    }

    private void Remove(RemovalPlan plan, StoreOptions options)
    {
        var isAskedAbout = plan.IsLast && !Force;
        if (!Ask(
            () => ShouldProcess($"{plan.TableName} {plan.Id} at {plan.Location}", Describe(plan)),
            $"The removal of backup {plan.Id} of '{plan.TableName}'", isAskedAbout ? "-Confirm:$false, and -Force, for it is the last sound backup of the table there" : "-Confirm:$false", plan.TableName))
            return;
        if (isAskedAbout && !Ask(
            () => ShouldContinue($"Backup {plan.Id} is the last sound backup of '{plan.TableName}' at {plan.Location}. Remove it for good?", "Remove the last backup"),
            $"The removal of backup {plan.Id}, the last sound one of '{plan.TableName}' at {plan.Location},", "-Force", plan.TableName))
            return;
        WriteObject(RunEngine((output, cancellation) => RemovalRun.RunAsync(plan, options, output, cancellation)));
    }

    private static string Describe(RemovalPlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"Remove {plan.State switch { BackupState.Unfinished => "the unfinished backup: ", BackupState.BeingDeleted => "what is left of a backup that is being removed: ", _ => "" }}{plan.Files:N0} files ({plan.Bytes:N0} bytes){(plan.IsLast ? ", the last sound backup of the table here" : "")}");
}

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

    private readonly List<BackupInfo> _given = [];

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

    private bool IsWhatIf => LanguagePrimitives.IsTrue(MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given) ? given : GetVariableValue("WhatIfPreference"));

    /// <inheritdoc/>
    protected override string Activity => "Removing backups";

    /// <inheritdoc/>
    protected override void ProcessInput()
    {
        if (Backup is not null)
        {
            // What builds on others must go before them, in whatever order they come.
            _given.Add(Backup);
            return;
        }

        if (Id is null && !Unfinished)
        {
            var which = TableName is null ? "" : $"-TableName {string.Join(", ", TableName)} ";
            throw new DynamoBackupException(
                BackupErrorCode.InvalidArgument,
                $"Say which backup to remove: give -Id, or pipe backups from Get-DynamoBackup {which}to Remove-DynamoBackup. What was never completed is removed with -Unfinished. All backups of a table are not removed by its name alone.");
        }

        var options = GetStoreOptions(GetConnection());
        var patterns = TableName?.Select(name => new TableNamePattern(name)).ToList();
        Func<string, string, bool>? filter = patterns is null ? null : (name, arn) => patterns.Exists(pattern => pattern.Matches(name, arn));
        foreach (var source in LocationResolver.ResolveAll(this, Source, nameof(Source)))
            Guard(() => RemoveFrom(new() { Source = source, Store = options, Id = Id, TableFilter = filter, Unfinished = Unfinished, OlderThan = OlderThan }));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Guard(RemoveGiven);
        base.EndProcessing();
    }

    private void RemoveGiven()
    {
        if (_given.Count == 0)
            return;
        var options = GetStoreOptions(GetConnection());
        var ordered = RemovalRun.Order([.. _given.DistinctBy(backup => (backup.Location, backup.Path))]);
        var given = ordered.Select(backup => (backup.Location, backup.Id)).ToHashSet();
        var gone = new HashSet<(string Location, string Id)>();
        foreach (var backup in ordered)
        {
            IEnumerable<string> together = gone.Where(other => other.Location == backup.Location).Select(other => other.Id);
            if (backup.ExactWith is { } completion && given.Contains((backup.Location, completion)))
                together = together.Append(completion);
            var request = new RemovalRequest { Source = backup.Location, Store = options, Path = backup.Path, Id = backup.Id, Together = [.. together] };
            // Who names an unfinished backup has made up his mind: there is no further grace than what keeps a living run safe.
            if (backup.IsUnfinished)
                request = request with { Unfinished = true, OlderThan = TimeSpan.Zero };
            Guard(() =>
            {
                if (RemoveFrom(request))
                    gone.Add((backup.Location, backup.Id));
            });
        }
    }

    /// <summary>Removes what is meant.</summary>
    /// <returns>Whether all of it is gone, or would be without -WhatIf.</returns>
    private bool RemoveFrom(RemovalRequest request)
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

        var removed = 0;
        foreach (var plan in plans)
            Guard(() => removed += Remove(plan, request.Store) ? 1 : 0);
        return removed == plans.Count;
    }

    private bool Remove(RemovalPlan plan, StoreOptions options)
    {
        var isAskedAbout = plan.IsLast && !Force;
        if (!Ask(
            () => ShouldProcess($"{plan.TableName} {plan.Id} at {plan.Location}", Describe(plan)),
            $"The removal of backup {plan.Id} of '{plan.TableName}'", isAskedAbout ? "-Confirm:$false, and -Force, for it is the last sound backup of the table there" : "-Confirm:$false", plan.TableName))
            return IsWhatIf;
        if (isAskedAbout && !Ask(
            () => ShouldContinue($"Backup {plan.Id} is the last sound backup of '{plan.TableName}' at {plan.Location}. Remove it for good?", "Remove the last backup"),
            $"The removal of backup {plan.Id}, the last sound one of '{plan.TableName}' at {plan.Location},", "-Force", plan.TableName))
            return false;
        WriteObject(RunEngine((output, cancellation) => RemovalRun.RunAsync(plan, options, output, cancellation)));
        return true;
    }

    private static string Describe(RemovalPlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"Remove {plan.State switch { BackupState.Unfinished => "the unfinished backup: ", BackupState.BeingDeleted => "what is left of a backup that is being removed: ", _ => "" }}{plan.Files:N0} files ({plan.Bytes:N0} bytes){(plan.IsLast ? ", the last sound backup of the table here" : "")}");
}

using DynamoBackup.Manifests;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>The table that a restore creates and finishes, or deletes again where it could not be filled.</summary>
internal sealed class NewTable
{
    private static readonly TimeSpan CleanUpPatience = TimeSpan.FromMinutes(2);

    /// <summary>How long CreateTable's answer is waited for after a cancellation: without it, no one knows whether there is a table to delete.</summary>
    private static readonly TimeSpan CreatePatience = TimeSpan.FromSeconds(15);

    private readonly RestoreWork _work;
    private readonly string _name;
    private readonly TableProvisioner _provisioner;

    /// <summary>The table by its definition and what the request wants otherwise. What the backup does not hold of it is told.</summary>
    public NewTable(RestoreWork work, TableDefinition definition)
    {
        _work = work;
        _name = work.Plan.TargetTable;
        var changes = new BlueprintChanges(work.Request.Overrides, work.Request.ExcludedSettings);
        var blueprint = changes.Apply(TableBlueprint.Of(definition));
        if (changes.Done.Count > 0)
            work.Output.Verbose($"The new table '{_name}' differs from the backup's on request: {string.Join("; ", changes.Done)}.");
        TellNotRead((definition.Recorded.NotRead ?? []).Where(setting => setting is { MayMatter: true, Setting: not null } && !blueprint.OnRequest.Contains(setting.Setting)).ToList());
        _provisioner = new TableProvisioner(work.Connection, _name, blueprint, work.Output);
    }

    private string NotKnown => $"Whether the table '{_name}' was created is not known; if it is there, it is empty: delete it by hand.";

    /// <summary>Creates the table; it is not active yet when this returns.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var patience = new CancellationTokenSource();
        await using var cancelled = cancellationToken.Register(() => patience.CancelAfter(CreatePatience));
        try
        {
            await _provisioner.CreateAsync(patience.Token);
        }
        catch (DynamoBackupException failure) when (failure.Code == BackupErrorCode.EndpointUnreachable)
        {
            throw new DynamoBackupException(failure.Code, $"{failure.Message} {NotKnown}", _name, failure);
        }
        catch (OperationCanceledException)
        {
            _work.Output.Warning(NotKnown);
            throw;
        }
    }

    /// <summary>Waits until the table can be written.</summary>
    public Task WaitUntilActiveAsync(CancellationToken cancellationToken) => _provisioner.WaitUntilActiveAsync(cancellationToken);

    /// <summary>Puts back what comes after the items, and tells what could not be.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await _provisioner.FinishAsync(cancellationToken);
        _work.Findings.AddRange(_provisioner.Findings);
    }

    /// <summary>Deletes the table, also where the run was cancelled.</summary>
    /// <returns>What has become of it.</returns>
    public async Task<string> TryDeleteAsync()
    {
        using var patience = new CancellationTokenSource(CleanUpPatience);
        try
        {
            await _provisioner.WaitUntilActiveAsync(patience.Token);
            await _provisioner.DeleteAsync(patience.Token);
            return $"The table '{_name}', which this restore had created, was deleted again.";
        }
        catch (Exception exception) when (exception is DynamoBackupException or OperationCanceledException)
        {
            return $"The table '{_name}', which this restore had created, holds only a part of the items and could not be deleted ({exception.Message}): delete it by hand.";
        }
    }

    /// <summary>What the backup does not hold cannot be put back, and no comparison would notice.</summary>
    private void TellNotRead(IReadOnlyList<SidecarNotRead> settings)
    {
        if (settings.Count == 0)
            return;
        _work.Findings.AddRange(settings.Select(setting => setting.ToFinding(_name)));
        _work.Output.Warning($"The backup does not hold all settings of its table, so '{_name}' goes without: {SidecarNotRead.Summarize(settings)}. The findings tell more.");
    }
}

using System.Diagnostics;
using DynamoBackup.Aws;
using DynamoBackup.Manifests;
using DynamoBackup.Scan;
using DynamoBackup.Stores;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>Proves one backup: its manifests, its bytes, its items, and that the live table holds the same.</summary>
public sealed class VerifyRun
{
    private readonly VerifyRequest _request;
    private readonly IRunOutput _output;
    private readonly OpenedBackup _backup;

    private VerifyRun(VerifyRequest request, IRunOutput output, OpenedBackup backup)
    {
        _request = request;
        _output = output;
        _backup = backup;
    }

    /// <summary>Verifies a backup.</summary>
    /// <param name="request">Which backup, and how far.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What was proved. Damage is in the findings; an exception means that the verification itself could not be done.</returns>
    /// <exception cref="DynamoBackupException">The store or the table could not be reached, or there is no such backup.</exception>
    public static async Task<BackupVerification> RunAsync(VerifyRequest request, IRunOutput output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        RunBudget.Check(request.ReadLimit, CapacityKind.Read);
        return await RunTimeout.RunAsync(
            request.Timeout, $"The test of '{request.Path}'", "Nothing is proved about it. Give it more time, or a lower -Level.", request.Path, output,
            async (watched, cancellation) =>
            {
                using var backup = await OpenAsync(request.Source, request.Store, request.Path, watched, cancellation);
                return await new VerifyRun(request, watched, backup).RunAsync(cancellation);
            },
            cancellationToken);
    }

    /// <summary>Reads a backup's manifests.</summary>
    internal static async Task<OpenedBackup> OpenAsync(string source, StoreOptions options, string path, IRunOutput output, CancellationToken cancellationToken)
    {
        var store = StoreLocation.Open(source, options, output);
        try
        {
            await store.EnsureExistsAsync(cancellationToken);
            return await BackupReader.ReadAsync(store, path, cancellationToken)
                ?? throw new DynamoBackupException(BackupErrorCode.BackupNotFound, $"{store.Location} holds no complete backup in '{path}'. List what is there with: Get-DynamoBackup -Source '{store.Location}'", path);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The table definition in a backup; null where there is none that can be read.</summary>
    internal static TableDefinition? DefinitionOf(OpenedBackup backup)
    {
        try
        {
            return backup.Sidecar?.Definition is { } definition ? new TableDefinition(definition) : null;
        }
        catch (DynamoBackupException exception) when (exception.Code == BackupErrorCode.DefinitionMissing)
        {
            return null;
        }
    }

    private async Task<BackupVerification> RunAsync(CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        _output.Verbose($"Testing {_backup.Info} at level {_request.Level}.");
        var definition = DefinitionOf(_backup);
        var verifier = new BackupVerifier(_backup, _output);
        await verifier.RunAsync(_request.Level, definition is null ? null : KeyCheckFor(definition), cancellationToken);
        var findings = verifier.Findings.ToList();
        // What was merged from exports by AWS has no definition, as these have none.
        if (definition is null && _backup.Sidecar is { } sidecar && (sidecar.Definition is not null || sidecar.MergedFrom is null))
            findings.Add(new Finding(FindingSeverity.Error, FindingKind.ManifestDamaged, BackupLayout.Sidecar, "It holds no table definition that can be read, so keys could not be checked.", "Use another copy of this backup."));
        if (_request.Level >= VerificationLevel.Live && _backup.Info.Type == BackupType.Incremental && !verifier.IsUnreadKind)
            findings.Add(new Finding(FindingSeverity.Error, FindingKind.LiveUnreadable, "", "An incremental backup holds changes and not the table, so there is nothing to compare with a live one; up to level Content it was tested.", "Test it with -Level Content, and the full backup that it builds on with -Level Live."));
        else if (_request.Level >= VerificationLevel.Live && !verifier.IsUnreadKind && await CompareLiveAsync(verifier.Digest, cancellationToken) is { } difference)
            findings.Add(difference);

        var counted = _request.Level >= VerificationLevel.Content && !verifier.IsUnreadKind;
        return new BackupVerification
        {
            TableName = _backup.Info.TableName,
            TableArn = _backup.Info.TableArn,
            Id = _backup.Info.Id,
            Location = _backup.Info.Location,
            Level = _request.Level,
            ItemCount = counted ? verifier.Digest.Count : _backup.Info.ItemCount,
            BytesRead = verifier.BytesRead,
            ContentDigest = counted ? verifier.Digest.ToString() : _backup.Info.ContentDigest,
            Duration = Stopwatch.GetElapsedTime(began),
            // A cause stands before what follows from it.
            Findings = [.. findings.OrderByDescending(finding => finding.Severity).ThenBy(finding => FollowsFromOthers(finding.Kind))],
        };
    }

    /// <summary>Whether damage to a file's bytes, which is a finding of its own, may be all that is behind such a finding.</summary>
    private static bool FollowsFromOthers(FindingKind kind) => kind is
        FindingKind.SizeDiffers or FindingKind.DataUnreadable or FindingKind.InvalidItem or FindingKind.KeyMissing or FindingKind.KeyRepeated or FindingKind.CountDiffers or FindingKind.ContentDiffers or
        FindingKind.LiveDiffers;

    /// <summary>Where no digest tells that an item was stored twice, its key does. Changes have the same key again and again.</summary>
    private KeyCheck KeyCheckFor(TableDefinition definition) =>
        new(definition.Key, distinct: _backup is { Sidecar.IsWithoutDigest: true, Info.Type: BackupType.Full } ? new DistinctKeys(definition.Key) : null);

    private async Task<Finding?> CompareLiveAsync(ContentDigest stored, CancellationToken cancellationToken)
    {
        var name = _request.LiveTableName ?? _backup.Info.TableName;
        using var connection = DynamoConnection.Open(_request.Connection);
        var table = await new TableReader(connection, _output).FindAsync(name, cancellationToken);
        if (table is null)
            return new Finding(FindingSeverity.Error, FindingKind.LiveUnreadable, name, "There is no such table, so nothing is proved about it.", "Check the name and -Region; -TargetTable compares with a table of another name.");

        var meter = new ProgressMeter(_output, name, "Scanning", stored.Count, null);
        var plan = new ScanPlan(name, ScanPlan.DefaultSegments(table.SizeBytesEstimate), ConsistentRead: true)
        {
            Budget = RunBudget.For(_request.ReadLimit, CapacityKind.Read, name, table.Table, _output),
        };
        var live = await TableDigest.ComputeAsync(connection, plan, _output, meter, cancellationToken);
        return live.Equals(stored) ? null : new Finding(
            FindingSeverity.Error, FindingKind.LiveDiffers, name,
            live.Count == stored.Count
                ? $"The table holds as many items as the backup ({live.Count:N0}), but not the same ones."
                : $"The table holds {live.Count:N0} items, the backup {stored.Count:N0}.",
            "Where the table has been written to since the backup, this is to be expected; else restore the backup.");
    }
}

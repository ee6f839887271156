using DynamoBackup.Manifests;
using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>Verifies a backup's files side by side, up to level Content.</summary>
internal sealed class BackupVerifier(OpenedBackup backup, IRunOutput output)
{
    private const string Fix = "Use another copy of this backup, or another backup.";
    // What a backup never held is no matter of its proof.
    private readonly List<Finding> _findings = [.. backup.Info.Findings.Where(finding => finding.Kind != FindingKind.SettingNotRead)];
    private readonly ContentDigest _digest = new();
    private long _bytesRead;

    /// <summary>Everything found.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>The digest of all items; empty below level Content.</summary>
    public ContentDigest Digest => _digest;

    /// <summary>Makes what receives the items of a file, by its place in the list, from level Content on; null where no one wants them.</summary>
    public Func<int, ItemTap>? Tap { get; init; }

    /// <summary>Opens what receives the items of a file, by its place in the list, and is waited for; null where no one wants them. It is closed with the file, damaged or not.</summary>
    public Func<int, CancellationToken, Task<ItemSink>>? Sink { get; init; }

    /// <summary>Stored bytes read.</summary>
    public long BytesRead => _bytesRead;

    /// <summary>Whether the backup is of a kind that is not read, so that there is nothing to say about its files.</summary>
    public bool IsUnreadKind { get; } = backup.Info.Findings.Any(finding => finding.Kind == FindingKind.FormatNotSupported);

    /// <summary>Verifies.</summary>
    /// <param name="level">How far.</param>
    /// <param name="key">How to check keys; null where the table's key is not known.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task RunAsync(VerificationLevel level, KeyCheck? key, CancellationToken cancellationToken)
    {
        if (IsUnreadKind)
            return;
        await FindStrayFilesAsync(cancellationToken);
        // For the progress display only: what a hostile sidecar says must not overflow.
        var total = Math.Clamp(backup.Files.Sum(file => (double)(file.StoredBytes ?? 0)), 0, 1L << 60);
        var meter = new ProgressMeter(output, backup.Info.TableName, "Testing", backup.Info.ItemCount, total > 0 ? (long)total : null);
        var holdsChanges = backup.Info.Type == BackupType.Incremental;
        var proofs = new FileProof[backup.Files.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, backup.Files.Count, options, async (index, cancellation) =>
        {
            var file = backup.Files[index];
            await using var sink = Sink is null ? null : await Sink(index, cancellation);
            var verifier = holdsChanges ? FileVerifier.OfChanges(backup.Store, file, key) : new FileVerifier(backup.Store, file, key, sink is null ? Tap?.Invoke(index) : sink.Take) { Sink = sink };
            proofs[index] = await verifier.RunAsync(level, cancellation);
            if (sink is not null)
                await sink.CloseAsync(cancellation);
            meter.Add(file.ItemCount, proofs[index].BytesRead);
        });

        foreach (var proof in proofs)
        {
            _findings.AddRange(proof.Findings);
            _digest.Add(proof.Digest);
            _bytesRead += proof.BytesRead;
        }

        if (level >= VerificationLevel.Content)
            CompareWithRecord();
    }

    private string Noun => backup.Info.Type == BackupType.Incremental ? "changes" : "items";

    private void CompareWithRecord()
    {
        if (ContentDigest.TryParse(backup.Sidecar?.ContentDigest, out var recorded) && !recorded.Equals(_digest))
            Add(FindingSeverity.Error, FindingKind.ContentDiffers, BackupLayout.Sidecar, $"The digest of its {Noun} is {_digest}, recorded is {recorded}.", Fix);
        else if (_digest.Count != backup.Info.ItemCount)
            Add(FindingSeverity.Error, FindingKind.CountDiffers, BackupLayout.Summary, $"The files hold {_digest.Count:N0} {Noun}, recorded are {backup.Info.ItemCount:N0}.", Fix);
        if (backup.Sidecar is { IsWithoutDigest: true })
            Add(FindingSeverity.Information, FindingKind.DigestMissing, BackupLayout.Sidecar, "It was made without a content digest, so there is none to compare with: that its items can be read and counted is no proof that they are the table's.", "Nothing to do. Level Live compares them with the table; a backup made without -NoContentDigest proves itself.");
    }

    private async Task FindStrayFilesAsync(CancellationToken cancellationToken)
    {
        // Data files may lie elsewhere, in a folder that exports share; that one is never listed.
        var known = backup.Files.Select(file => file.Key).Concat(BackupLayout.ManifestNames.Select(backup.KeyOf)).ToHashSet(StringComparer.Ordinal);
        await foreach (var entry in backup.Store.ListAsync(backup.Info.Path, cancellationToken))
        {
            var name = entry.Key[(backup.Info.Path.Length + 1)..];
            if (!known.Contains(entry.Key))
                Add(FindingSeverity.Warning, FindingKind.UnknownFile, string.Concat(name.Select(character => char.IsControl(character) ? '?' : character)), "No manifest names this file; it is not part of the backup.", "Delete it, or find out who put it there.");
        }
    }

    private void Add(FindingSeverity severity, FindingKind kind, string file, string detail, string fix) =>
        _findings.Add(new Finding(severity, kind, file, detail, fix));
}

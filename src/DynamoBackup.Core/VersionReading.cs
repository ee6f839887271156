using System.Buffers.Binary;
using System.Security.Cryptography;
using DynamoBackup.Chains;
using DynamoBackup.Items;
using DynamoBackup.Manifests;
using DynamoBackup.Replay;
using DynamoBackup.Segments;
using DynamoBackup.Wire;

namespace DynamoBackup;

/// <summary>Reads what one backup tells of the items that are looked for. All of its data is proved; what cannot be proved is not given.</summary>
/// <param name="backup">The backup.</param>
/// <param name="keys">The keys.</param>
/// <param name="bodies">Where items are put away.</param>
/// <param name="meter">Told how far it is.</param>
internal sealed class VersionReading(OpenedBackup backup, KeySet keys, VersionBodies bodies, ProgressMeter meter)
{
    private readonly List<StoredVersion> _found = [];

    /// <summary>Reads the backup.</summary>
    /// <returns>Of a full backup the items that it holds; of an incremental one the changes, in no order.</returns>
    /// <exception cref="DynamoBackupException">It is damaged, or of a kind that is not read.</exception>
    public async Task<IReadOnlyList<StoredVersion>> RunAsync(CancellationToken cancellationToken)
    {
        RefuseUnread();
        var lineage = backup.Info.Type == BackupType.Full || backup.Sidecar is null ? null : new ShardLineage(backup.Sidecar.Stream, backup.Info);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(backup.Files, options, async (file, cancellation) =>
        {
            if (backup.Info.Type == BackupType.Full)
                await ReadItemsAsync(file, cancellation);
            else
                await ReadChangesAsync(file, lineage, cancellation);
        });
        if (backup.Info.Type == BackupType.Full && _found.GroupBy(version => version.Key).FirstOrDefault(items => items.Skip(1).Any()) is { } several)
        {
            throw new DynamoBackupException(
                BackupErrorCode.InvalidArgument,
                $"Backup {backup.Info.Id} of '{backup.Info.TableName}' does not tell what the table's key is, and holds several items with {several.Key.Json}. Give all attributes of the key.", several.Key.Json);
        }

        return _found;
    }

    private void RefuseUnread()
    {
        var unread = backup.Info.Findings.FirstOrDefault(finding => finding.Kind is FindingKind.FormatNotSupported or FindingKind.ManifestTooNew);
        if (unread is not null)
        {
            throw new DynamoBackupException(
                unread.Kind == FindingKind.ManifestTooNew ? BackupErrorCode.ManifestTooNew : BackupErrorCode.FormatNotSupported,
                $"Backup {backup.Info.Id} cannot be read. {unread} {unread.Fix}", backup.Info.TableName);
        }

        if (backup.Info.Findings.FirstOrDefault(finding => finding.Severity == FindingSeverity.Error) is { } damage)
        {
            throw new DynamoBackupException(
                BackupErrorCode.BackupDamaged,
                $"Backup {backup.Info.Id} is damaged. {damage} {damage.Fix} Test-DynamoBackup shows all findings.", backup.Info.TableName);
        }
    }

    private async Task ReadItemsAsync(DataFile file, CancellationToken cancellationToken)
    {
        var (item, reader, found) = (new CanonicalItem(), new KeyReader(), new List<StoredVersion>());
        var time = Second.Before(backup.Info.ToUtc ?? backup.Info.CompletedUtc ?? backup.Info.StartedUtc);
        await foreach (var source in ItemSource.ReadAsync(backup.Store, file, cancellationToken))
        {
            source.ReadInto(item);
            meter.Add(1, source.Json.Length);
            if (keys.Match(item, source.Json.Span, reader) is { } wanted)
                found.Add(new(wanted, backup.Info, time, ItemVersionChange.Present, bodies.Add(source.Json.Span), HashOf(item)));
        }

        lock (_found)
            _found.AddRange(found);
    }

    private async Task ReadChangesAsync(DataFile file, ShardLineage? lineage, CancellationToken cancellationToken)
    {
        var (item, reader, found) = (new CanonicalItem(), new KeyReader(), new List<StoredVersion>());
        await new ChangeFile(backup, file).ReadAsync(Take, null, cancellationToken);
        meter.Add(file.ItemCount, file.StoredBytes ?? 0);
        lock (_found)
            _found.AddRange(found);

        void Take(ReadOnlySpan<byte> line, in ChangeLine change, long number)
        {
            var key = line.Slice(change.Keys.Start, change.Keys.Length);
            item.Read(key);
            if (keys.Match(item, key, reader) is not { } wanted)
                return;
            var what = change.IsPut ? ItemVersionChange.Put : change.IsTtlDelete ? ItemVersionChange.TtlDelete : ItemVersionChange.Delete;
            VersionBody? json = null;
            if (change.NewImage is { } image)
            {
                var bytes = line.Slice(image.Start, image.Length);
                json = bodies.Add(bytes);
                item.Read(bytes);
            }

            found.Add(new StoredVersion(wanted, backup.Info, Second.Before(change.WrittenUtc), what, json, json is null ? UInt128.Zero : HashOf(item))
            {
                HasOldImage = change.OldImage is not null,
                Place = lineage is null ? null : ChangePlace.Of(line, change, lineage),
                ShardId = change.ShardId is { } shard ? lineage?.Find(line.Slice(shard.Start, shard.Length))?.Id : null,
                Lineage = lineage,
            });
        }
    }

    private static UInt128 HashOf(CanonicalItem item)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(item.Encoding, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}

using DynamoBackup.Differences;
using DynamoBackup.Tables;
using DynamoBackup.Verify;
using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>Reads the base once, proves it whole, and passes on the items that no change replaced or deleted.</summary>
/// <param name="input">What is replayed.</param>
/// <param name="key">The table's key; null where there is no change and so no need of it.</param>
/// <param name="winners">The last changes.</param>
/// <param name="target">Receives the items.</param>
/// <param name="output">Told how far it is.</param>
internal sealed class BaseReading(ReplayInput input, IReadOnlyList<KeyAttribute>? key, WinnerTable winners, IReplayTarget target, IRunOutput output)
{
    private readonly IReadOnlyList<KeyAttribute>? _keyOfChanges = winners.Count > 0 ? key : null;
    private readonly WinnerTable _winners = winners;
    private long _kept;
    private long _superseded;
    private long _deleted;

    /// <summary>Items of the base.</summary>
    public long Items { get; private set; }

    /// <summary>Items that were passed on.</summary>
    public long Kept => _kept;

    /// <summary>Items that a change replaced.</summary>
    public long Superseded => _superseded;

    /// <summary>Items that a change deleted.</summary>
    public long Deleted => _deleted;

    /// <summary>Reads the base.</summary>
    /// <exception cref="DynamoBackupException">It is damaged.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var verifier = new BackupVerifier(input.Base, output) { Sink = async (file, cancellation) => new Sink(this, await target.OpenAsync(file, cancellation)) };
        await verifier.RunAsync(VerificationLevel.Content, input.Key is null ? null : new KeyCheck(input.Key), cancellationToken);
        RestoreProof.RefuseDamaged(input.Base.Info, verifier.Findings);
        Items = verifier.Digest.Count;
    }

    private DynamoBackupException Damaged(string why) => new(
        BackupErrorCode.BackupDamaged,
        $"Backup {input.Base.Info.Id} cannot be replayed: {why}. Use another copy of this backup, or another backup. Test-DynamoBackup -Level Content shows all that is wrong.", input.Base.Info.TableName);

    /// <summary>Lets those items of a file through that are the key's last state.</summary>
    private sealed class Sink(BaseReading reading, ItemSink inner) : ItemSink
    {
        private readonly KeyReader? _key = reading._keyOfChanges is { } key ? new KeyReader(key) : null;
        private long _kept;

        public override void Take(CanonicalItem item, ReadOnlySpan<byte> json)
        {
            if (_key is not null)
            {
                if (!_key.TryRead(item, json, out var hash))
                    throw reading.Damaged("an item lacks the key that the changes have");
                if (reading._winners.TryFind(hash, out var winner))
                {
                    if (!reading._winners.NoteInBase(hash))
                        throw reading.Damaged("two of its items have the same key");
                    Interlocked.Increment(ref winner.IsPut ? ref reading._superseded : ref reading._deleted);
                    return;
                }
            }

            _kept++;
            inner.Take(item, json);
        }

        public override ValueTask SettleAsync(CancellationToken cancellationToken) => inner.SettleAsync(cancellationToken);

        public override Task CloseAsync(CancellationToken cancellationToken)
        {
            Interlocked.Add(ref reading._kept, _kept);
            return inner.CloseAsync(cancellationToken);
        }

        public override ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}

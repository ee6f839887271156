using DynamoBackup.Manifests;
using DynamoBackup.Tables;

namespace DynamoBackup.Replay;

/// <summary>What is replayed.</summary>
/// <param name="Base">The full backup.</param>
/// <param name="Increments">The incremental ones on top of it, in the order of the chain.</param>
/// <param name="AtUtc">The whole second up to which changes count; null takes all.</param>
internal sealed record ReplayInput(OpenedBackup Base, IReadOnlyList<OpenedBackup> Increments, DateTime? AtUtc)
{
    /// <summary>The table's key; null where no backup holds a definition: the changes then tell.</summary>
    public IReadOnlyList<KeyAttribute>? Key { get; init; }

    /// <summary>Whether deletions by time to live are left out, as if they had not happened.</summary>
    public bool ExcludeTtlDelete { get; init; }

    /// <summary>Changes that the increments hold, by their manifests.</summary>
    public long Changes => Increments.Sum(increment => Math.Max(0, increment.Info.ItemCount));

    /// <summary>The backup that the newest changes are of.</summary>
    public OpenedBackup Newest => Increments.Count > 0 ? Increments[^1] : Base;
}

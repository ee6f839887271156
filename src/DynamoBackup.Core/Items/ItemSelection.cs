using System.Runtime.CompilerServices;
using DynamoBackup.Manifests;
using DynamoBackup.Segments;
using DynamoBackup.Stores;
using DynamoBackup.Tables;
using DynamoBackup.Wire;

namespace DynamoBackup.Items;

/// <summary>
/// Some items of a backup: those with certain keys, those that a user's condition takes, or both. It reads data files as <see cref="ItemSource"/> does and lets
/// through what is chosen, while it counts and digests all that was read. Files may be read side by side, by several readers.
/// </summary>
internal sealed class ItemSelection(KeySet? keys, ItemChooser? chooser)
{
    /// <summary>What a batch of items that wait for a decision may hold; each open file may have one.</summary>
    private const int MostItems = 64;
    private const int MostBytes = 256 << 10;

    private readonly object _lock = new();
    private readonly Dictionary<string, LineSet> _chosen = new(StringComparer.Ordinal);

    /// <summary>The digest of all items that were read, chosen or not; to be asked when no reader is at work.</summary>
    public ContentDigest Read { get; } = new();

    /// <summary>The keys; null without.</summary>
    public KeySet? Keys => keys;

    /// <summary>What a request selects; null where it takes all items.</summary>
    /// <exception cref="DynamoBackupException">A key is not one of the backup's table.</exception>
    public static ItemSelection? For(RestoreRequest request, IReadOnlyList<KeyAttribute>? schema) => request.Keys is null && request.Where is null
        ? null
        : new ItemSelection(request.Keys is null ? null : new KeySet(request.Keys, schema), request.Where);

    /// <summary>Reads a file's items and lets the chosen ones through. An item's bytes are valid until the next one is asked for.</summary>
    /// <exception cref="DynamoBackupException">The file is damaged.</exception>
    public async IAsyncEnumerable<SourceItem> ReadAsync(IBackupStore store, DataFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (item, reader, digest, lines) = (new CanonicalItem(), new KeyReader(), new ContentDigest(), new LineSet());
        var waiting = new List<SourceItem>();
        var bytes = 0;
        await foreach (var source in ItemSource.ReadAsync(store, file, cancellationToken))
        {
            source.ReadInto(item);
            digest.Add(item.Encoding);
            if (keys is not null)
            {
                if (keys.Match(item, source.Json.Span, reader) is not { } wanted)
                    continue;
                keys.Found(wanted);
            }

            if (chooser is null)
            {
                lines.Add(source.Line);
                yield return source;
                continue;
            }

            waiting.Add(source with { Json = source.Json.ToArray() });
            bytes += source.Json.Length;
            if (waiting.Count < MostItems && bytes < MostBytes)
                continue;
            foreach (var chosen in await ChooseAsync(waiting, lines, cancellationToken))
                yield return chosen;
            waiting.Clear();
            bytes = 0;
        }

        if (waiting.Count > 0)
        {
            foreach (var chosen in await ChooseAsync(waiting, lines, cancellationToken))
                yield return chosen;
        }

        lock (_lock)
        {
            Read.Add(digest);
            _chosen[file.Name] = lines;
        }
    }

    /// <summary>Reads the items of a file that were chosen when it was read first: a condition may decide otherwise the next time.</summary>
    public async IAsyncEnumerable<SourceItem> ReadChosenAsync(IBackupStore store, DataFile file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        LineSet lines;
        lock (_lock)
            lines = _chosen[file.Name];
        await foreach (var source in ItemSource.ReadAsync(store, file, cancellationToken))
        {
            if (lines.Contains(source.Line))
                yield return source;
        }
    }

    private async Task<IEnumerable<SourceItem>> ChooseAsync(List<SourceItem> waiting, LineSet lines, CancellationToken cancellationToken)
    {
        var answers = await chooser!([.. waiting.Select(source => source.Json)], cancellationToken);
        var chosen = waiting.Where((_, index) => answers[index]).ToList();
        chosen.ForEach(source => lines.Add(source.Line));
        return chosen;
    }
}

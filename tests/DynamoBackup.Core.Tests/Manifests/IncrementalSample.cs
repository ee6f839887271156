using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>An incremental backup of ours in memory, in the folder of <see cref="BackupSample"/>.</summary>
internal static class IncrementalSample
{
    /// <summary>What a run knows before it seals.</summary>
    public static Sidecar Draft() => BackupSample.Draft() with
    {
        Type = Sidecar.IncrementalType,
        ParentId = "01699999990000-ffffffff",
        FromUtc = "2023-11-14T22:13:20.000Z",
        ToUtc = "2023-11-14T22:14:05.000Z",
        Stream = new SidecarStream
        {
            Arn = BackupSample.Arn + "/stream/2023-11-14T00:00:00.000",
            ViewType = "NEW_AND_OLD_IMAGES",
            TableId = "5f1c-table-id",
            From = [new SidecarShard { Id = "shardId-00000001-0a", After = "999" }],
            To = [new SidecarShard { Id = "shardId-00000001-0a", After = "1039" }],
            MarginSeconds = 10,
        },
    };

    /// <summary>Seals changes as a backup.</summary>
    public static async Task<MemoryStore> CreateAsync(IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        var store = new MemoryStore();
        await BackupSealer.StartAsync(store, BackupSample.Folder, cancellationToken);
        var files = await ChangeSample.WriteAsync(store, lines, cancellationToken, maxFileBytes: 2_000);
        await BackupSealer.SealAsync(store, BackupSample.Folder, Draft(), files, "5f1c-table-id", cancellationToken);
        return store;
    }

    /// <summary>A backup of forty changes, as a sample that can be damaged.</summary>
    public static async Task<BackupSample> SampleAsync(CancellationToken cancellationToken) =>
        BackupSample.Of(await CreateAsync(ChangeSample.Lines(40), cancellationToken));
}

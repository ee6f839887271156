using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>A small, sound backup in memory, and ways to damage it.</summary>
internal sealed class BackupSample
{
    public const string Id = "01700000000000-0a1b2c3d";
    public const string Folder = $"Orders/AWSDynamoDB/{Id}";
    public const string Arn = "arn:aws:dynamodb:eu-north-1:123456789012:table/Orders";

    private BackupSample(MemoryStore store, Sidecar sidecar)
    {
        Store = store;
        Sidecar = sidecar;
    }

    public MemoryStore Store { get; }

    /// <summary>The sidecar as it was sealed.</summary>
    public Sidecar Sidecar { get; }

    public static string KeyOf(string name) => StoreKey.Join(Folder, name);

    /// <summary>What a run knows before it seals.</summary>
    public static Sidecar Draft(string id = Id) => new()
    {
        BackupId = id,
        Type = "FULL",
        TableArn = Arn,
        StartedUtc = "2023-11-14T22:13:20.000Z",
        CompletedUtc = "2023-11-14T22:14:05.123Z",
        Scan = new SidecarScan { Segments = 3, ConsistentRead = true, Compression = "Gzip" },
        Definition = new SidecarDefinition
        {
            Table = JsonDocument.Parse($$"""
                {
                  "TableName": "Orders",
                  "TableArn": "{{Arn}}",
                  "KeySchema": [{ "AttributeName": "Id", "KeyType": "HASH" }],
                  "AttributeDefinitions": [{ "AttributeName": "Id", "AttributeType": "N" }],
                  "BillingModeSummary": { "BillingMode": "PAY_PER_REQUEST" }
                }
                """).RootElement,
            TimeToLiveDescription = JsonDocument.Parse("""{"TimeToLiveStatus":"ENABLED","AttributeName":"expires"}""").RootElement,
        },
    };

    /// <summary>Makes the backup: three data files of ten items each.</summary>
    public static async Task<BackupSample> CreateAsync(CancellationToken cancellationToken, BackupCompression compression = BackupCompression.Gzip)
    {
        var store = new MemoryStore();
        await BackupSealer.StartAsync(store, Folder, cancellationToken);
        var files = new List<SealedFile>();
        for (var segment = 0; segment < 3; segment++)
            files.AddRange(await SegmentSample.WriteAsync(store, SegmentSample.Items(10, segment * 10), compression, 1 << 30, cancellationToken));
        return new BackupSample(store, await BackupSealer.SealAsync(store, Folder, Draft(), files, "5f1c-table-id", cancellationToken));
    }

    /// <summary>Another backup in the same folder.</summary>
    public static BackupSample Of(MemoryStore store) => new(store, Draft());

    public BackupSample Copy() => new(Store.Copy(), Sidecar);

    public async Task<OpenedBackup> OpenAsync(CancellationToken cancellationToken)
    {
        var backup = await BackupReader.ReadAsync(Store, Folder, cancellationToken);
        Assert.NotNull(backup);
        return backup;
    }

    public string Text(string name) => Encoding.UTF8.GetString(Store[KeyOf(name)]);

    public void Replace(string name, string text) => Store[KeyOf(name)] = Encoding.UTF8.GetBytes(text);

    public void Remove(string name) => Store.Remove(KeyOf(name));

    /// <summary>Cuts a file's end off.</summary>
    public void Cut(string name, int bytes) => Store[KeyOf(name)] = Store[KeyOf(name)][..^bytes];

    /// <summary>Changes a JSON file; its checksums stay as they were until <see cref="Reseal"/>.</summary>
    public void Edit(string name, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Text(name))!.AsObject();
        change(json);
        Replace(name, json.ToJsonString());
    }

    /// <summary>Changes one line of the files manifest.</summary>
    public void EditLine(int index, Action<JsonObject> change)
    {
        var lines = Text(BackupLayout.FilesManifest).TrimEnd().Split('\n');
        var json = JsonNode.Parse(lines[index])!.AsObject();
        change(json);
        lines[index] = json.ToJsonString();
        Replace(BackupLayout.FilesManifest, string.Join('\n', lines) + "\n");
    }

    /// <summary>Makes every checksum right again, as someone who edits a backup on purpose would: what is found then is found by comparing.</summary>
    public BackupSample Reseal()
    {
        if (Store.Names.Contains(KeyOf(BackupLayout.FilesManifest)))
        {
            var manifest = Store[KeyOf(BackupLayout.FilesManifest)];
            Replace(BackupLayout.FilesManifestMd5, Convert.ToBase64String(MD5.HashData(manifest)));
            Edit(BackupLayout.Sidecar, sidecar => sidecar["manifestFilesSha256"] = Convert.ToHexStringLower(SHA256.HashData(manifest)));
        }

        return ResealSidecarAndSummary();
    }

    /// <summary>Makes the checksums of the sidecar and of the summary right again.</summary>
    public BackupSample ResealSidecarAndSummary()
    {
        Replace(BackupLayout.SidecarSha256, $"{Convert.ToHexStringLower(SHA256.HashData(Store[KeyOf(BackupLayout.Sidecar)]))}  {BackupLayout.Sidecar}\n");
        Replace(BackupLayout.SummaryMd5, Convert.ToBase64String(MD5.HashData(Store[KeyOf(BackupLayout.Summary)])));
        return this;
    }
}

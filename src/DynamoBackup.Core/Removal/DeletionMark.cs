using System.Text.Json;
using System.Text.Json.Nodes;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Removal;

/// <summary>
/// The file that says that a backup is being deleted. It is written before anything is deleted and deleted last, and tells which table the rest was of: the
/// manifests that told it may be gone.
/// </summary>
internal static class DeletionMark
{
    private const long Limit = 64 << 10;

    /// <summary>Writes the mark, unless it is there.</summary>
    public static async Task WriteAsync(IBackupStore store, RemovalPlan plan, CancellationToken cancellationToken)
    {
        var key = StoreKey.Join(plan.Path, BackupLayout.Deleting);
        if (await store.FindAsync(key, cancellationToken) is not null)
            return;
        // Without a time in it: two that remove one backup write the same.
        var content = new JsonObject { ["tableName"] = plan.TableName, ["tableArn"] = plan.TableArn, ["backupId"] = plan.Id };
        await store.PutIfAbsentAsync(key, JsonSerializer.SerializeToUtf8Bytes(content), cancellationToken);
    }

    /// <summary>Reads the mark.</summary>
    /// <returns>The table's name and ARN, empty where the mark does not tell; null without a mark.</returns>
    public static async Task<(string TableName, string TableArn)?> ReadAsync(IBackupStore store, string folder, CancellationToken cancellationToken)
    {
        if (await store.ReadAllAsync(StoreKey.Join(folder, BackupLayout.Deleting), Limit, cancellationToken) is not { } bytes)
            return null;
        try
        {
            var content = JsonNode.Parse(bytes) as JsonObject;
            return (Text(content, "tableName"), Text(content, "tableArn"));
        }
        catch (JsonException)
        {
            // Someone else's file, or a cut one: what it marks is being deleted all the same.
            return ("", "");
        }
    }

    private static string Text(JsonObject? content, string name) => content?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}

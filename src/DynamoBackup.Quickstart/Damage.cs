using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Quickstart;

/// <summary>What goes wrong in the story, done behind the module's back.</summary>
internal static class Damage
{
    /// <summary>Deletes every third item and changes every tenth of the others, as a bad deployment might.</summary>
    /// <returns>How many of each.</returns>
    public static async Task<(int Deleted, int Changed)> ToTableAsync(IAmazonDynamoDB client, string table, CancellationToken cancellationToken)
    {
        var keys = new List<Dictionary<string, AttributeValue>>();
        await foreach (var item in SampleTables.ReadAsync(client, table, cancellationToken))
            keys.Add(new() { [TableShape.HashKey] = item[TableShape.HashKey] });

        var doomed = keys.Where(static (_, index) => index % 3 == 0).ToList();
        var changed = keys.Where(static (_, index) => index % 3 != 0).Where(static (_, index) => index % 10 == 0).ToList();
        await SampleTables.DeleteAsync(client, table, doomed, cancellationToken);
        foreach (var key in changed)
        {
            var note = new AttributeValueUpdate(Attr.S("overwritten by mistake"), AttributeAction.PUT);
            await client.UpdateItemAsync(table, key, new() { ["note"] = note }, cancellationToken);
        }

        return (doomed.Count, changed.Count);
    }

    /// <summary>Flips one bit in the middle of a file.</summary>
    public static void ToFile(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = file.Length / 2;
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ 0x10));
    }
}

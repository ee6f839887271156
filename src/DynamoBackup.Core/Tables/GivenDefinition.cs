using System.Text.Json;
using DynamoBackup.Manifests;

namespace DynamoBackup.Tables;

/// <summary>Reads a table definition that a user gives: what DescribeTable or CreateTable answers, its table alone, or a CreateTable request.</summary>
internal static class GivenDefinition
{
    private static readonly string[] Wrappers = ["Table", "TableDescription"];

    /// <summary>Reads a definition.</summary>
    /// <param name="json">Its JSON.</param>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidArgument"/>: it is not a table's definition.</exception>
    public static TableDefinition Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new TableDefinition(new SidecarDefinition { Table = Unwrap(document.RootElement).Clone() });
        }
        catch (JsonException exception)
        {
            throw Invalid($"is not JSON ({exception.Message.TrimEnd('.')})", exception);
        }
        catch (DynamoBackupException exception) when (exception.Code == BackupErrorCode.DefinitionMissing)
        {
            throw Invalid("has no key schema with its attribute definitions", exception);
        }
    }

    private static JsonElement Unwrap(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Invalid("is not one table's definition", null);
        foreach (var name in Wrappers)
        {
            if (root.TryGetProperty(name, out var table) && table.ValueKind == JsonValueKind.Object)
                return table;
        }

        return root;
    }

    private static DynamoBackupException Invalid(string why, Exception? cause) => new(
        BackupErrorCode.InvalidArgument,
        $"-TableDefinition {why}. Give what 'aws dynamodb describe-table --table-name NAME' writes, as a file or an object, or the input of create-table.",
        null, cause);
}

using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Tables;

/// <summary>Creates a table from a definition, and puts back what comes after the items.</summary>
internal sealed class TableProvisioner(DynamoConnection connection, IRunOutput output)
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(5);

    /// <summary>Asks for the table to be created; it is not active yet when this returns.</summary>
    /// <exception cref="DynamoBackupException">The table exists, or the definition or a limit stands in the way.</exception>
    public async Task CreateAsync(TableDefinition definition, string name, CancellationToken cancellationToken)
    {
        CreateTableRequest request;
        try
        {
            request = CreateTableRequestBuilder.Build(definition, name);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DynamoBackupException(BackupErrorCode.DefinitionMissing, $"The backup's table definition is not complete ({exception.Message}), so the table cannot be created. Create '{name}' by hand and restore into it.", name, exception);
        }

        await connection.CallAsync(() => connection.Client.CreateTableAsync(request, cancellationToken), "create the table", name, output, cancellationToken);
        output.Verbose($"Created table '{name}'; waiting until it is active.");
    }

    /// <summary>Waits until the table and its indexes are active.</summary>
    public async Task WaitUntilActiveAsync(string name, CancellationToken cancellationToken)
    {
        var reader = new TableReader(connection, output, patient: true);
        for (var pause = FirstPoll; ; pause = pause * 1.5 < LongestPoll ? pause * 1.5 : LongestPoll)
        {
            // A table that was created a moment ago may not be found yet.
            if (await reader.FindAsync(name, cancellationToken) is { Status: "ACTIVE" } table && AllIndexesActive(table.Table))
                return;
            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <summary>Deletes a table that this run created.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) =>
        connection.CallAsync(() => connection.Client.DeleteTableAsync(new DeleteTableRequest(name), cancellationToken), "delete the table", name, output, cancellationToken);

    /// <summary>Puts back what must come after the items: the stream, which would carry the restore itself, and time to live, which would delete from it.</summary>
    /// <returns>What could not be put back.</returns>
    public async Task<IReadOnlyList<Finding>> FinishAsync(TableDefinition definition, string name, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        if (StreamViewOf(definition.Table) is { } view)
        {
            await TryAsync(findings, "the stream", name, () => connection.Client.UpdateTableAsync(
                new UpdateTableRequest { TableName = name, StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = view } }, cancellationToken), cancellationToken);
            await WaitUntilActiveAsync(name, cancellationToken);
        }

        if (TimeToLiveOf(definition.TimeToLive) is { } attribute)
        {
            await TryAsync(findings, "time to live", name, () => connection.Client.UpdateTimeToLiveAsync(
                new UpdateTimeToLiveRequest { TableName = name, TimeToLiveSpecification = new TimeToLiveSpecification { AttributeName = attribute, Enabled = true } }, cancellationToken), cancellationToken);
        }

        return findings;
    }

    private static StreamViewType? StreamViewOf(JsonElement table) =>
        table.TryGetProperty("StreamSpecification", out var stream) && stream.TryGetProperty("StreamEnabled", out var enabled) && enabled.ValueKind == JsonValueKind.True
        && stream.TryGetProperty("StreamViewType", out var view)
            ? new StreamViewType(view.GetString())
            : null;

    private static string? TimeToLiveOf(JsonElement? description) =>
        description is { ValueKind: JsonValueKind.Object } setting
        && setting.TryGetProperty("TimeToLiveStatus", out var status) && status.GetString() is "ENABLED" or "ENABLING"
        && setting.TryGetProperty("AttributeName", out var attribute)
            ? attribute.GetString()
            : null;

    private static bool AllIndexesActive(JsonElement table) =>
        !table.TryGetProperty("GlobalSecondaryIndexes", out var indexes) || indexes.ValueKind != JsonValueKind.Array
        || indexes.EnumerateArray().All(index => !index.TryGetProperty("IndexStatus", out var status) || status.GetString() == "ACTIVE");

    private async Task TryAsync<T>(List<Finding> findings, string setting, string name, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            await connection.CallAsync(call, $"set {setting}", name, output, cancellationToken);
            output.Verbose($"Put back {setting} of '{name}'.");
        }
        catch (DynamoBackupException exception)
        {
            findings.Add(new Finding(FindingSeverity.Warning, FindingKind.SettingNotRestored, name, exception.Message, $"Set {setting} by hand; all items are there."));
            output.Warning($"{setting} of '{name}' could not be put back: {exception.Message}");
        }
    }
}

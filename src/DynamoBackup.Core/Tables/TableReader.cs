using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Tables;

/// <summary>Reads what tables there are and how they are defined. In the middle of a run it is patient with a failing network; before, it tells at once.</summary>
internal sealed class TableReader(DynamoConnection connection, IRunOutput output, bool patient = false)
{
    /// <summary>All tables of the account and region.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var name in EnumerateAsync(cancellationToken))
            names.Add(name);
        return names;
    }

    /// <summary>The tables of the account and region, as page after page comes.</summary>
    public async IAsyncEnumerable<string> EnumerateAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? last = null;
        do
        {
            var start = last;
            var page = await AwsCall.ProbeAsync(
                () => connection.Client.ListTablesAsync(new ListTablesRequest { ExclusiveStartTableName = start }, cancellationToken),
                "list tables", null, output, cancellationToken);
            foreach (var name in page.TableNames ?? [])
                yield return name;
            last = page.LastEvaluatedTableName;
        }
        while (!string.IsNullOrEmpty(last));
    }

    /// <summary>A table's definition.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.TableNotFound"/> and others.</exception>
    public async Task<TableDefinition> DescribeAsync(string table, CancellationToken cancellationToken)
    {
        var description = await RawAsync(() => connection.Client.DescribeTableAsync(new DescribeTableRequest(table), cancellationToken), "describe the table", table, "Table", probe: !patient, cancellationToken);
        return new TableDefinition(description, null);
    }

    /// <summary>A table's definition; null where there is no such table.</summary>
    public async Task<TableDefinition?> FindAsync(string table, CancellationToken cancellationToken)
    {
        try
        {
            return await DescribeAsync(table, cancellationToken);
        }
        catch (DynamoBackupException exception) when (exception.Code == BackupErrorCode.TableNotFound)
        {
            return null;
        }
    }

    /// <summary>Tells whether a table holds items now; DescribeTable's count is hours old.</summary>
    public async Task<bool> HoldsItemsAsync(string table, CancellationToken cancellationToken)
    {
        var request = new ScanRequest(table) { Limit = 1, ConsistentRead = true };
        while (true)
        {
            var page = await connection.CallAsync(() => connection.Client.ScanAsync(request, cancellationToken), "look into the table", table, output, cancellationToken);
            if (page.Count > 0)
                return true;
            if (page.LastEvaluatedKey is not { Count: > 0 } last)
                return false;
            request.ExclusiveStartKey = last;
        }
    }

    /// <summary>A table's definition with its time-to-live setting. Where that may not be read, the definition goes without it and a warning says so.</summary>
    public async Task<TableDefinition> DescribeInFullAsync(string table, CancellationToken cancellationToken)
    {
        var definition = await DescribeAsync(table, cancellationToken);
        try
        {
            var timeToLive = await RawAsync(
                () => connection.Client.DescribeTimeToLiveAsync(new DescribeTimeToLiveRequest { TableName = table }, cancellationToken),
                "read the time-to-live setting", table, "TimeToLiveDescription", probe: false, cancellationToken);
            return new TableDefinition(definition.Table, timeToLive);
        }
        catch (DynamoBackupException exception) when (exception.Code is BackupErrorCode.AccessDenied or BackupErrorCode.RequestRefused or BackupErrorCode.Unexpected)
        {
            output.Warning($"The time-to-live setting of '{definition.Name}' could not be read and will not be in the backup: {exception.Message}");
            return definition;
        }
    }

    /// <summary>Makes a call and returns one property of its answer as the service sent it: what the SDK's types do not know is kept.</summary>
    private async Task<JsonElement> RawAsync<T>(Func<Task<T>> call, string action, string table, string property, bool probe, CancellationToken cancellationToken)
    {
        var exchange = new WireExchange(property);
        await (probe
            ? AwsCall.ProbeAsync(() => exchange.FlowThrough(call), action, table, output, cancellationToken)
            : connection.CallAsync(() => exchange.FlowThrough(call), action, table, output, cancellationToken));
        using var answer = JsonDocument.Parse(exchange.Response);
        return answer.RootElement.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.Object
            ? value.Clone()
            : throw new DynamoBackupException(BackupErrorCode.RequestRefused, $"Could not {action}: the endpoint's answer holds no {property}. Check that the endpoint is DynamoDB.", table);
    }
}

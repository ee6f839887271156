using System.Runtime.CompilerServices;
using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;
using DynamoBackup.Manifests;

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
        const string Action = "describe the table";
        var (_, raw) = await connection.RawAsync(() => connection.Client.DescribeTableAsync(new DescribeTableRequest(table), cancellationToken), Action, table, probe: !patient, output, cancellationToken);
        return new TableDefinition(raw.Property("Table", JsonValueKind.Object, Action, table), null);
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

    /// <summary>A table's definition with all settings that can be read; what cannot be is in <see cref="SidecarDefinition.NotRead"/>.</summary>
    public async Task<TableDefinition> DescribeInFullAsync(string table, CancellationToken cancellationToken) =>
        await new DefinitionReader(connection, table, await DescribeAsync(table, cancellationToken), output).ReadAsync(cancellationToken);

    /// <summary>The attribute by which a table's items expire; null where time to live is off or may not be read.</summary>
    public async Task<string?> FindTimeToLiveAsync(string table, CancellationToken cancellationToken)
    {
        try
        {
            var (_, raw) = await connection.RawAsync(
                () => connection.Client.DescribeTimeToLiveAsync(new DescribeTimeToLiveRequest { TableName = table }, cancellationToken),
                "read the time-to-live setting", table, probe: false, output, cancellationToken);
            return TableDefinition.ExpiryAttribute(raw.Child("TimeToLiveDescription"));
        }
        catch (DynamoBackupException exception) when (exception.Code is BackupErrorCode.AccessDenied or BackupErrorCode.RequestRefused or BackupErrorCode.Unexpected)
        {
            output.Verbose($"The time-to-live setting of '{table}' could not be read: {exception.Message}");
            return null;
        }
    }
}

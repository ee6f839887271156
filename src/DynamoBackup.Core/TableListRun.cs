using DynamoBackup.Aws;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Lists the tables of an account and region.</summary>
public static class TableListRun
{
    /// <summary>Lists all tables.</summary>
    /// <param name="connection">How to reach DynamoDB.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>The tables' names.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(AwsConnection connection, IRunOutput output, CancellationToken cancellationToken)
    {
        using var opened = DynamoConnection.Open(connection);
        return await new TableReader(opened, output).ListAsync(cancellationToken);
    }
}

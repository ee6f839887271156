using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Tables;

/// <summary>Makes sure that a table has a stream whose changes can be replayed.</summary>
internal sealed class StreamSwitch(DynamoConnection connection, IRunOutput output)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <summary>The stream of a table, turned on where that is wanted.</summary>
    /// <param name="table">The table.</param>
    /// <param name="enable">Whether to turn it on where it is off.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="DynamoBackupException">It is off, or holds no new images; the message says what to do.</exception>
    public async Task<TableStream> RequireAsync(TableDefinition table, bool enable, CancellationToken cancellationToken)
    {
        var stream = TableStream.Of(table);
        if (stream is null && enable)
            stream = await EnableAsync(table.Name, cancellationToken);
        if (stream is null)
        {
            throw new DynamoBackupException(
                BackupErrorCode.StreamNotEnabled,
                $"Table '{table.Name}' has no stream, so its changes cannot be read. Turn one on: add -EnableStream, or run 'aws dynamodb update-table --table-name {table.Name} --stream-specification StreamEnabled=true,StreamViewType={TableStream.BestView}'.",
                table.Name);
        }

        return stream.HasNewImages ? stream : throw new DynamoBackupException(
            BackupErrorCode.StreamNotUsable,
            $"The stream of table '{table.Name}' has view type {stream.ViewType}, which does not hold what items became, so its changes cannot be replayed. A view type cannot be changed: turn the stream off and on again with {TableStream.BestView} (whatever else reads the stream then needs its new ARN), or take full backups.",
            table.Name);
    }

    private async Task<TableStream?> EnableAsync(string table, CancellationToken cancellationToken)
    {
        var update = new UpdateTableRequest
        {
            TableName = table,
            StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = new StreamViewType(TableStream.BestView) },
        };
        await connection.CallAsync(() => connection.Client.UpdateTableAsync(update, cancellationToken), "turn the stream on", table, output, cancellationToken);
        output.Verbose($"Turned the stream of '{table}' on, with view type {TableStream.BestView}.");
        var reader = new TableReader(connection, output, patient: true);
        while (true)
        {
            var described = await reader.DescribeAsync(table, cancellationToken);
            if (described.Status == "ACTIVE" && TableStream.Of(described) is { } stream)
                return stream;
            await Task.Delay(Poll, cancellationToken);
        }
    }
}

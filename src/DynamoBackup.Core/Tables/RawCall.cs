using System.Text.Json;
using DynamoBackup.Aws;

namespace DynamoBackup.Tables;

/// <summary>Makes calls whose answers are kept as the service sent them: what the SDK's types do not know is kept, too.</summary>
internal static class RawCall
{
    private const string NoArray = "-";

    /// <summary>Makes a call.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="call">The call.</param>
    /// <param name="action">What it does, as words behind "could not".</param>
    /// <param name="table">The table concerned.</param>
    /// <param name="probe">Whether a failing network is told at once.</param>
    /// <param name="output">Told about waits.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The SDK's answer and the service's.</returns>
    public static async Task<(T Answer, JsonElement Raw)> RawAsync<T>(
        this DynamoConnection connection, Func<Task<T>> call, string action, string table, bool probe, IRunOutput output, CancellationToken cancellationToken)
    {
        var exchange = new WireExchange(NoArray);
        var answer = await (probe
            ? AwsCall.ProbeAsync(() => exchange.FlowThrough(call), action, table, output, cancellationToken)
            : connection.CallAsync(() => exchange.FlowThrough(call), action, table, output, cancellationToken));
        using var document = JsonDocument.Parse(exchange.Response);
        return (answer, document.RootElement.Clone());
    }

    /// <summary>One property of an answer.</summary>
    /// <exception cref="DynamoBackupException">The answer has no such property.</exception>
    public static JsonElement Property(this JsonElement answer, string name, JsonValueKind kind, string action, string table) =>
        answer.Child(name) is { } value && value.ValueKind == kind
            ? value
            : throw new DynamoBackupException(BackupErrorCode.RequestRefused, $"Could not {action}: the endpoint's answer holds no {name}. Check that the endpoint is DynamoDB.", table);
}

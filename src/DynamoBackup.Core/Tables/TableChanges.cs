using System.Diagnostics;
using Amazon.Runtime;
using DynamoBackup.Aws;

namespace DynamoBackup.Tables;

/// <summary>Makes changes to a new table, one at a time as DynamoDB wants it. One that is refused is kept as a suspect, and the next one made.</summary>
internal sealed class TableChanges(DynamoConnection connection, string name, SettingReport report, IRunOutput output)
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(5);

    /// <summary>Errors that say "not now" (source: Amazon DynamoDB API reference, UpdateTable and UpdateContinuousBackups).</summary>
    private static readonly string[] Busy = ["ResourceInUseException", "LimitExceededException", "ContinuousBackupsUnavailableException"];

    private readonly HashSet<string> _accepted = new(StringComparer.Ordinal);

    /// <summary>The sections whose changes the service has taken.</summary>
    public IReadOnlySet<string> Accepted => _accepted;

    /// <summary>Waits until the table and its indexes are active.</summary>
    public async Task WaitUntilActiveAsync(CancellationToken cancellationToken)
    {
        var reader = new TableReader(connection, output, patient: true);
        for (var pause = FirstPoll; ; pause = pause * 1.5 < LongestPoll ? pause * 1.5 : LongestPoll)
        {
            // A table that was created a moment ago may not be found yet.
            if (await reader.FindAsync(name, cancellationToken) is { Status: "ACTIVE" } table && AllIndexesActive(table))
                return;
            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <summary>Makes a change, waiting for earlier ones to end.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="what">The setting or the part of it, as words.</param>
    /// <param name="call">The change.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="patient">Whether a network that fails is waited for.</param>
    public async Task ApplyAsync<T>(TableSetting setting, string what, Func<Task<T>> call, CancellationToken cancellationToken, bool patient = true)
    {
        var waiting = Stopwatch.StartNew();
        for (var pause = FirstPoll; ; pause = pause * 1.5 < LongestPoll ? pause * 1.5 : LongestPoll)
        {
            try
            {
                await (patient
                    ? connection.CallAsync(call, $"set {what}", name, output, cancellationToken)
                    : AwsCall.ProbeAsync(call, $"set {what}", name, output, cancellationToken));
                _accepted.Add(setting.ToString());
                output.Verbose($"Put back {what} of '{name}'.");
                await WaitUntilActiveAsync(cancellationToken);
                return;
            }
            catch (DynamoBackupException exception) when (IsBusy(exception) && waiting.Elapsed < connection.Patience)
            {
                output.Debug($"'{name}' takes no change to {what} yet: {exception.Message}");
                await WaitUntilActiveAsync(cancellationToken);
                await Task.Delay(pause, cancellationToken);
            }
            catch (DynamoBackupException exception)
            {
                report.Suspect(setting.ToString(), exception.Message);
                return;
            }
        }
    }

    private static bool IsBusy(DynamoBackupException exception) => exception.InnerException is AmazonServiceException { ErrorCode: { } code } && Busy.Contains(code);

    private static bool AllIndexesActive(TableDefinition table) =>
        table.Table.Objects("GlobalSecondaryIndexes").Concat(table.Table.Objects("VectorIndexes")).All(index => index.Text("IndexStatus") is null or "ACTIVE");
}

using System.Globalization;

namespace DynamoBackup.Aws;

/// <summary>
/// Makes a call of the SDK. The SDK retries a call some times by itself; throttling that outlasts this is waited out here, for a table at
/// its limit is no reason to lose a run. Everything else leaves translated.
/// </summary>
internal static class AwsCall
{
    /// <summary>Makes a call until it succeeds, fails for another reason than throttling, or is cancelled.</summary>
    /// <param name="call">The call.</param>
    /// <param name="action">What it does, as words behind "could not".</param>
    /// <param name="table">The table concerned.</param>
    /// <param name="output">Told about waits.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<T> RunAsync<T>(Func<Task<T>> call, string action, string? table, IRunOutput output, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception) when (AwsErrors.IsThrottling(exception))
            {
                var delay = backoff.Next();
                if (backoff.Attempts == 1)
                    output.Verbose($"Throttled while it tried to {action}; waiting and trying again until it succeeds.");
                output.Debug(string.Create(CultureInfo.InvariantCulture, $"Throttled ({backoff.Attempts}); next try to {action} in {delay.TotalMilliseconds:0} ms."));
                await Task.Delay(delay, cancellationToken);
            }
            catch (Exception exception)
            {
                throw AwsErrors.Translate(exception, action, table);
            }
        }
    }
}

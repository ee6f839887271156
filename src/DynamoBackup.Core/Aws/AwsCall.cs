using System.Diagnostics;
using System.Globalization;

namespace DynamoBackup.Aws;

/// <summary>
/// Makes calls of the SDK. The SDK repeats a call a few times by itself; what outlasts that is met here: throttling is waited out, for a
/// table at its limit is no reason to lose a run; a network or service that fails gets the connection's patience, and so do credentials that
/// have expired where whoever gave them may renew them. Everything else leaves translated.
/// </summary>
internal static class AwsCall
{
    /// <summary>Makes a call until it succeeds, fails for good, or is cancelled.</summary>
    /// <param name="connection">The connection, for its patience.</param>
    /// <param name="call">The call.</param>
    /// <param name="action">What it does, as words behind "could not".</param>
    /// <param name="table">The table concerned.</param>
    /// <param name="output">Told about waits.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static Task<T> CallAsync<T>(this DynamoConnection connection, Func<Task<T>> call, string action, string? table, IRunOutput output, CancellationToken cancellationToken) =>
        RunAsync(call, action, new CallPatience(connection.Patience, connection.RenewalPatience), exception => AwsErrors.Translate(exception, action, table), output, cancellationToken);

    /// <summary>Makes a run's first call: an endpoint that cannot be reached at all is told at once, not after minutes.</summary>
    public static Task<T> ProbeAsync<T>(Func<Task<T>> call, string action, string? table, IRunOutput output, CancellationToken cancellationToken) =>
        RunAsync(call, action, CallPatience.None, exception => AwsErrors.Translate(exception, action, table), output, cancellationToken);

    /// <summary>Makes a call until it succeeds, fails for good, or is cancelled; for a service with errors of its own.</summary>
    /// <param name="call">The call.</param>
    /// <param name="action">What it does, as words behind "could not".</param>
    /// <param name="patience">How long to go on through what may pass.</param>
    /// <param name="translate">Gives what fails for good a code and a next step.</param>
    /// <param name="output">Told about waits.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<T> RunAsync<T>(
        Func<Task<T>> call, string action, CallPatience patience, Func<Exception, DynamoBackupException> translate, IRunOutput output, CancellationToken cancellationToken)
    {
        var backoff = new Backoff();
        Stopwatch? failing = null;
        while (true)
        {
            Exception failure;
            try
            {
                return await call();
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception) when (patience.IsThrottling(exception))
            {
                failure = exception;
                failing = null;
            }
            catch (Exception exception) when ((failing?.Elapsed ?? TimeSpan.Zero) < patience.For(exception))
            {
                failure = exception;
                failing ??= Stopwatch.StartNew();
            }
            catch (Exception exception)
            {
                throw translate(exception);
            }

            var delay = backoff.Next();
            if (backoff.Attempts == 1)
                output.Verbose($"Could not {action} for now ({failure.Message.TrimEnd('.')}); waiting and trying again.");
            output.Debug(string.Create(CultureInfo.InvariantCulture, $"Attempt {backoff.Attempts} to {action} failed; the next one is in {delay.TotalMilliseconds:0} ms. {failure.GetType().Name}: {failure.Message}"));
            await Task.Delay(delay, cancellationToken);
        }
    }
}

namespace DynamoBackup.Changes;

/// <summary>Asks the service for its time.</summary>
internal static class StreamTime
{
    /// <summary>The service's time, learnt from an answer that came just now: never ahead of it, and at most about a second behind.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="streamArn">A stream to ask about.</param>
    /// <param name="output">Told about waits.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="StreamGapException">There is no such stream any more.</exception>
    public static async Task<DateTimeOffset> GetTimeAsync(this StreamConnection connection, string streamArn, IRunOutput output, CancellationToken cancellationToken)
    {
        await new StreamLister(connection, streamArn, output).ListAsync(isProbe: false, cancellationToken);
        return connection.Clock.Now;
    }
}

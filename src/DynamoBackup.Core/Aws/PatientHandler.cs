namespace DynamoBackup.Aws;

/// <summary>
/// Gives up a request in which nothing moves: no byte sent, no answer begun, no byte received for a while. A whole transfer may take as
/// long as it does. What is given up fails as an <see cref="IOException"/>, which is repeated like any other failure of the network.
/// </summary>
internal sealed class PatientHandler(TimeSpan patience, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var silence = new Silence(patience, cancellationToken);
        if (request.Content is { } content)
            request.Content = new WatchedContent(content, silence.Break);
        try
        {
            var response = await base.SendAsync(request, silence.Token);
            if (request.Method != HttpMethod.Head)
                await PatientStream.GuardAsync(response, patience, cancellationToken);
            if (!response.IsSuccessStatusCode)
                await TokenMask.ApplyAsync(request, response, cancellationToken);
            return response;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Silence.Failure(patience);
        }
    }
}

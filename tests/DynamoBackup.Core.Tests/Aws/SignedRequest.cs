using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DynamoBackup.Aws;

namespace DynamoBackup.Core.Tests.Aws;

/// <summary>A request as the SDK has signed it.</summary>
internal static class SignedRequest
{
    public static Task<HttpRequestMessage> OfSdkAsync(string? token, string region, string? endpoint, out SigningCredentials credentials)
    {
        var inner = token is null ? (AWSCredentials)new BasicAWSCredentials("AKIDEXAMPLE", "secret") : new SessionAWSCredentials("AKIDEXAMPLE", "secret", token);
        credentials = new SigningCredentials(inner);
        var capture = new CapturingFactory();
        var config = new AmazonDynamoDBConfig { HttpClientFactory = capture, MaxErrorRetry = 0 };
        if (endpoint is null)
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region);
        else
            (config.ServiceURL, config.AuthenticationRegion) = (endpoint, region);
        var client = new AmazonDynamoDBClient(credentials, config);
        return SendAsync(client, capture);
    }

    private static async Task<HttpRequestMessage> SendAsync(AmazonDynamoDBClient client, CapturingFactory capture)
    {
        using (client)
            await Assert.ThrowsAnyAsync<Exception>(() => client.ScanAsync(new ScanRequest("Orders") { TotalSegments = 3, Segment = 1 }, TestContext.Current.CancellationToken));
        return capture.Request!;
    }

    private sealed class CapturingFactory : HttpClientFactory
    {
        public HttpRequestMessage? Request { get; private set; }

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Capture(this));

        private sealed class Capture(CapturingFactory owner) : HttpMessageHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(await request.Content!.ReadAsByteArrayAsync(cancellationToken)) };
                foreach (var header in request.Headers)
                    copy.Headers.TryAddWithoutValidation(header.Key, header.Value);
                foreach (var header in request.Content.Headers)
                    copy.Content.Headers.TryAddWithoutValidation(header.Key, header.Value);
                owner.Request = copy;
                return new HttpResponseMessage(HttpStatusCode.BadRequest);
            }
        }
    }
}

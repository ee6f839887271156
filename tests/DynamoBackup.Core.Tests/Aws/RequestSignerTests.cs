using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DynamoBackup.Aws;

namespace DynamoBackup.Core.Tests.Aws;

/// <summary>The SDK's own signature is the reference: signing its body again must give just that.</summary>
public sealed class RequestSignerTests
{
    [Theory]
    [InlineData(null, "us-east-1", "http://127.0.0.1:8000")]
    [InlineData("a-session-token", "eu-central-1", null)]
    [InlineData("a-session-token", "cn-north-1", "http://localhost:8000/base/")]
    public async Task Signing_the_sdks_own_body_again_gives_the_sdks_signature(string? token, string region, string? endpoint)
    {
        using var request = await SignedRequestAsync(token, region, endpoint, out var credentials);
        var original = request.Headers.GetValues("Authorization").Single();
        var body = await request.Content!.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        RequestSigner.Replace(request, "{\"TableName\":\"another body\"}"u8.ToArray(), credentials);
        var other = request.Headers.GetValues("Authorization").Single();
        RequestSigner.Replace(request, body, credentials);

        Assert.NotEqual(original, other);
        Assert.Equal(original, request.Headers.GetValues("Authorization").Single());
        Assert.Equal(body.Length, request.Content!.Headers.ContentLength);
    }

    [Fact]
    public async Task Credentials_that_were_not_handed_out_are_refused_rather_than_guessed()
    {
        using var request = await SignedRequestAsync(null, "us-east-1", null, out _);
        var others = new SigningCredentials(new BasicAWSCredentials("other-key", "other-secret"));
        await others.GetCredentialsAsync();

        Assert.Throws<InvalidOperationException>(() => RequestSigner.Replace(request, "{}"u8.ToArray(), others));
    }

    private static Task<HttpRequestMessage> SignedRequestAsync(string? token, string region, string? endpoint, out SigningCredentials credentials)
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

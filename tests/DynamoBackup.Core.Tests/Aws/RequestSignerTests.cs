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
        using var request = await SignedRequest.OfSdkAsync(token, region, endpoint, out var credentials);
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
        using var request = await SignedRequest.OfSdkAsync(null, "us-east-1", null, out _);
        var others = new SigningCredentials(new BasicAWSCredentials("other-key", "other-secret"));
        await others.GetCredentialsAsync();

        Assert.Throws<InvalidOperationException>(() => RequestSigner.Replace(request, "{}"u8.ToArray(), others));
    }
}

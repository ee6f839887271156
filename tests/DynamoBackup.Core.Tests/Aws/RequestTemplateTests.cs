using Amazon.Runtime;
using DynamoBackup.Aws;

namespace DynamoBackup.Core.Tests.Aws;

/// <summary>Requests made after one of the SDK's are signed as the SDK would sign them.</summary>
public sealed class RequestTemplateTests
{
    [Theory]
    [InlineData(null, "us-east-1", "http://127.0.0.1:8000")]
    [InlineData("a-session-token", "eu-central-1", null)]
    [InlineData("a-session-token", "cn-north-1", "http://localhost:8000/base/")]
    public async Task A_request_made_after_the_sdks_carries_the_signature_that_belongs_to_it(string? token, string region, string? endpoint)
    {
        using var original = await SignedRequest.OfSdkAsync(token, region, endpoint, out var credentials);
        var template = RequestTemplate.TryTake(original);
        Assert.NotNull(template);
        var body = "{\"RequestItems\":{}}"u8.ToArray();

        using var request = template.Create(body, await credentials.GetCredentialsAsync());

        Assert.Equal(original.RequestUri, request.RequestUri);
        Assert.Equal(original.Headers.GetValues("X-Amz-Target"), request.Headers.GetValues("X-Amz-Target"));
        Assert.Equal(original.Headers.NonValidated["User-Agent"].ToString(), request.Headers.NonValidated["User-Agent"].ToString());
        Assert.Equal(token, request.Headers.TryGetValues("X-Amz-Security-Token", out var tokens) ? tokens.Single() : null);
        var authorization = request.Headers.GetValues("Authorization").Single();
        // The signer, whose reference is the SDK, signs the finished request again and must come to the same.
        RequestSigner.Replace(request, body, credentials);
        Assert.Equal(authorization, request.Headers.GetValues("Authorization").Single());
    }

    [Fact]
    public async Task New_credentials_are_used_from_the_next_request_on()
    {
        using var original = await SignedRequest.OfSdkAsync(null, "us-east-1", null, out _);
        var template = RequestTemplate.TryTake(original)!;
        foreach (var key in (string[])["first", "second", "first"])
        {
            var renewed = new SigningCredentials(new SessionAWSCredentials("AKID" + key, "secret of " + key, "token of " + key));
            using var request = template.Create("{}"u8.ToArray(), await renewed.GetCredentialsAsync());
            var authorization = request.Headers.GetValues("Authorization").Single();
            Assert.Contains($"Credential=AKID{key}/", authorization, StringComparison.Ordinal);
            Assert.Equal("token of " + key, request.Headers.GetValues("X-Amz-Security-Token").Single());
            RequestSigner.Replace(request, "{}"u8.ToArray(), renewed);
            Assert.Equal(authorization, request.Headers.GetValues("Authorization").Single());
        }
    }

    [Fact]
    public async Task A_request_of_an_unknown_form_makes_no_template()
    {
        using var original = await SignedRequest.OfSdkAsync(null, "us-east-1", null, out _);
        original.Headers.Remove("Authorization");
        Assert.Null(RequestTemplate.TryTake(original));
        original.Headers.TryAddWithoutValidation("Authorization", "Bearer abc");
        Assert.Null(RequestTemplate.TryTake(original));
    }
}

using DynamoBackup.Changes;

namespace DynamoBackup.Core.Tests.Changes;

public sealed class StreamsEndpointTests
{
    [Theory]
    [InlineData("eu-central-1", "https://streams.dynamodb.eu-central-1.amazonaws.com")]
    [InlineData("cn-north-1", "https://streams.dynamodb.cn-north-1.amazonaws.com.cn")]
    [InlineData("us-gov-west-1", "https://streams.dynamodb.us-gov-west-1.amazonaws.com")]
    public void A_regions_streams_have_an_address_of_their_own(string region, string address) => Assert.Equal(address, EndpointOf(new AwsConnection { Region = region }).TrimEnd('/'));

    [Fact]
    public void An_endpoint_that_is_given_serves_both_and_one_for_streams_goes_before_it()
    {
        var local = new AwsConnection { Region = "eu-central-1", EndpointUrl = "http://127.0.0.1:8000" };
        Assert.Equal("http://127.0.0.1:8000", EndpointOf(local).TrimEnd('/'));
        Assert.Equal("http://127.0.0.1:8001", EndpointOf(local with { StreamsEndpointUrl = "http://127.0.0.1:8001" }).TrimEnd('/'));
        Assert.Equal("http://127.0.0.1:8001", EndpointOf(new AwsConnection { StreamsEndpointUrl = "http://127.0.0.1:8001" }).TrimEnd('/'));
    }

    [Theory]
    [InlineData("no address")]
    [InlineData("http://user:secret@127.0.0.1")]
    public void An_address_that_cannot_be_used_is_refused(string address)
    {
        var error = Assert.Throws<DynamoBackupException>(() => EndpointOf(new AwsConnection { StreamsEndpointUrl = address }));
        Assert.Equal(BackupErrorCode.InvalidArgument, error.Code);
        Assert.Contains("-StreamsEndpointUrl", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    private static string EndpointOf(AwsConnection connection)
    {
        using var streams = StreamConnection.Open(connection with { AccessKey = "local", SecretKey = "local" });
        return streams.Endpoint;
    }
}

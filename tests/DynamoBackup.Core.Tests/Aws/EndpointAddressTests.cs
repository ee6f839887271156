using DynamoBackup.Aws;

namespace DynamoBackup.Core.Tests.Aws;

public sealed class EndpointAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8000")]
    [InlineData("https://dynamodb.eu-central-1.amazonaws.com/")]
    [InlineData("http://[::1]:8000")]
    public void An_address_is_returned_as_it_is(string address) => Assert.Equal(address, EndpointAddress.Check(address, "EndpointUrl"));

    [Theory]
    [InlineData("")]
    [InlineData("localhost:8000")]
    [InlineData("ftp://host")]
    [InlineData("https:/host")]
    [InlineData("//host")]
    public void Anything_else_is_refused_by_its_parameter(string address)
    {
        var error = Assert.Throws<DynamoBackupException>(() => EndpointAddress.Check(address, "StoreEndpointUrl"));
        Assert.Equal(BackupErrorCode.InvalidArgument, error.Code);
        Assert.StartsWith("-StoreEndpointUrl: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://user:hunter2@host")]
    [InlineData("http://hunter2@host:8000/x")]
    [InlineData("ftp://user:hunter2@host")]
    [InlineData("user:hunter2@host")]
    [InlineData("http://user:hun ter2@host")]
    public void One_with_a_password_is_refused_without_repeating_it(string address)
    {
        var error = Assert.Throws<DynamoBackupException>(() => EndpointAddress.Check(address, "EndpointUrl"));
        Assert.Equal((BackupErrorCode.InvalidArgument, null), (error.Code, error.Target));
        Assert.DoesNotContain("ter2", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("ter2", new AwsConnection { EndpointUrl = address }.ToString(), StringComparison.Ordinal);
    }
}

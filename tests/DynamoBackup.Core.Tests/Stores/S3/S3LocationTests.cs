namespace DynamoBackup.Core.Tests.Stores.S3;

/// <summary>What is wrong with a location or an option is told before anything is sent; no server is needed for these.</summary>
public sealed class S3LocationTests
{
    private static readonly StoreOptions Options = new() { EndpointUrl = "http://127.0.0.1:9", Connection = new AwsConnection { AccessKey = "a", SecretKey = "b" } };

    [Theory]
    [InlineData("s3://bucket", "s3://bucket", "", "bucket")]
    [InlineData("s3://bucket/", "s3://bucket", "", "bucket")]
    [InlineData("S3://bucket/backups/", "s3://bucket/backups", "backups", "bucket")]
    [InlineData("s3://my.bucket-1/a/b/c/d e", "s3://my.bucket-1/a/b/c/d e", "a/b/c/d e", "my.bucket-1")]
    [InlineData("s3://bucket/100%25/ä+b", "s3://bucket/100%25/ä+b", "100%25/ä+b", "bucket")]
    public void A_location_has_one_spelling(string location, string spelling, string prefix, string bucket)
    {
        using var store = RadosGwFixture.Open(location, Options);
        Assert.Equal(spelling, store.Location);
        Assert.Equal((bucket, prefix), (store.Place.Bucket, store.Place.Prefix));
        using var again = RadosGwFixture.Open(store.Location, Options);
        Assert.Equal(spelling, again.Location);
    }

    [Theory]
    [InlineData("s3://", "names no bucket")]
    [InlineData("s3:///prefix", "names no bucket")]
    [InlineData("s3://ab", "3 to 63")]
    [InlineData("s3://My-Bucket/x", "small letters")]
    [InlineData("s3://my_bucket/x", "small letters")]
    [InlineData("s3://-bucket", "begins and ends")]
    [InlineData("s3://bucket.", "begins and ends")]
    [InlineData("s3://buc..ket", "two dots")]
    [InlineData("s3://192.168.0.1/x", "IP address")]
    [InlineData("s3://bucket/a?versionId=1", "behind '?'")]
    [InlineData("s3://bucket/a#b", "'#'")]
    [InlineData("s3://bucket//a", "empty part")]
    [InlineData("s3://bucket/a//", "empty part")]
    [InlineData("s3://bucket/../x", "begins with a dot")]
    [InlineData("s3://bucket/a\\b", "backslash")]
    [InlineData("s3://bucket:9000/a", "small letters")]
    public void What_is_no_place_in_a_bucket_is_refused_with_the_reason(string location, string why)
    {
        var exception = Assert.Throws<DynamoBackupException>(() => RadosGwFixture.Open(location, Options));
        Assert.Equal(BackupErrorCode.InvalidLocation, exception.Code);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.Contains("s3://bucket/prefix", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prefix_that_leaves_no_room_for_names_is_refused()
    {
        var exception = Assert.Throws<DynamoBackupException>(() => RadosGwFixture.Open($"s3://bucket/{new string('ä', 321)}", Options));
        Assert.Contains("longer than 640 bytes", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GLACIER", "thawed")]
    [InlineData("deep_archive", "thawed")]
    [InlineData("EXPRESS_ONEZONE", "not a class that this version knows")]
    [InlineData("", "not a class")]
    public void A_class_that_cannot_be_read_at_once_is_refused(string storageClass, string why)
    {
        var exception = Refused(Options with { StorageClass = storageClass });
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.Contains("GLACIER_IR", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("STANDARD")]
    [InlineData("Standard_IA")]
    [InlineData("ONEZONE_IA")]
    [InlineData("INTELLIGENT_TIERING")]
    [InlineData("glacier_ir")]
    [InlineData("REDUCED_REDUNDANCY")]
    public void A_class_that_can_be_read_at_once_is_taken(string storageClass) =>
        RadosGwFixture.Open("s3://bucket", Options with { StorageClass = storageClass }).Dispose();

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        Assert.Contains("-StoreEncryption Kms", Refused(Options with { KmsKeyId = "key" }).Message, StringComparison.Ordinal);
        Assert.Contains("-StoreEncryption Kms", Refused(Options with { KmsKeyId = "key", Encryption = StoreEncryption.S3 }).Message, StringComparison.Ordinal);
        Assert.Contains("address", Refused(Options with { EndpointUrl = "minio:9000" }).Message, StringComparison.Ordinal);
        Assert.Contains("-StoreRegion", Refused(Options with { EndpointUrl = null, Region = "Frankfurt" }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tags_that_break_the_rules_are_refused()
    {
        Assert.Contains("at most 10", Refused(WithTags([.. Enumerable.Range(0, 11).Select(number => ($"k{number}", "v"))])).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 128", Refused(WithTags(("", "v"))).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 128", Refused(WithTags((new string('k', 129), "v"))).Message, StringComparison.Ordinal);
        Assert.Contains("256", Refused(WithTags(("k", new string('v', 257)))).Message, StringComparison.Ordinal);
        Assert.Contains("AWS's own", Refused(WithTags(("aws:k", "v"))).Message, StringComparison.Ordinal);
        Assert.Contains("other than letters", Refused(WithTags(("k", "a&b"))).Message, StringComparison.Ordinal);
        RadosGwFixture.Open("s3://bucket", WithTags([.. Enumerable.Range(0, 10).Select(number => (new string('k', 127) + number, new string('ä', 256)))])).Dispose();
    }

    [Fact]
    public void A_profile_that_does_not_exist_is_an_error_and_no_other_credentials_are_tried()
    {
        var exception = Assert.Throws<DynamoBackupException>(() => RadosGwFixture.Open("s3://bucket", Options with { ProfileName = "no-such-profile-here" }));
        Assert.Equal(BackupErrorCode.ProfileNotFound, exception.Code);
    }

    private static DynamoBackupException Refused(StoreOptions options)
    {
        var exception = Assert.Throws<DynamoBackupException>(() => RadosGwFixture.Open("s3://bucket", options));
        Assert.Equal(BackupErrorCode.InvalidArgument, exception.Code);
        return exception;
    }

    private static StoreOptions WithTags(params (string Key, string Value)[] tags) => Options with { Tags = tags.ToDictionary(tag => tag.Key, tag => tag.Value) };
}

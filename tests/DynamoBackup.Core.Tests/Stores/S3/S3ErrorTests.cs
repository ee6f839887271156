using System.Diagnostics;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores.S3;

/// <summary>What goes wrong with a bucket is told with a code and a next step.</summary>
public sealed class S3ErrorTests(RadosGwFixture rados) : S3Test(rados)
{
    [Fact]
    public async Task A_missing_bucket_is_named_and_never_created()
    {
        using var store = RadosGwFixture.Open("s3://no-such-bucket/x", Options);
        foreach (var action in new Func<Task>[]
        {
            () => store.EnsureExistsAsync(Cancellation), () => store.PrepareAsync(Cancellation), () => store.WriteAsync("x", "x", Cancellation),
            () => store.NamesAsync("", Cancellation), () => store.OpenReadAsync("x", Cancellation),
        })
        {
            var exception = await FailsAsync(BackupErrorCode.StoreNotFound, action);
            Assert.Contains("'no-such-bucket'", exception.Message, StringComparison.Ordinal);
            Assert.Contains("create it", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("nokey", "testsecret-not")]
    [InlineData("testkey", "not-the-secret")]
    public async Task Wrong_keys_are_told(string accessKey, string secretKey)
    {
        using var store = Open(Options with { Connection = new AwsConnection { AccessKey = accessKey, SecretKey = secretKey } });
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => store.PrepareAsync(Cancellation));
        Assert.Equal(BackupErrorCode.AuthenticationFailed, exception.Code);
        Assert.Contains("-StoreProfileName", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secretKey, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stranger_is_denied()
    {
        using var store = Open(Options with { Connection = new AwsConnection { AccessKey = Rados.Server.OtherAccessKey, SecretKey = Rados.Server.OtherSecretKey } });
        var exception = await FailsAsync(BackupErrorCode.StoreAccessDenied, () => store.PrepareAsync(Cancellation));
        Assert.Contains("s3:ListBucket", exception.Message, StringComparison.Ordinal);
        Assert.Equal($"s3://{Bucket}/backups", exception.Target);
    }

    [Fact]
    public async Task A_bucket_policy_that_allows_reading_alone_lets_nothing_be_written()
    {
        await Store.WriteAsync("object", "x", Cancellation);
        await Rados.Client.PutBucketPolicyAsync(
            Bucket,
            $$"""
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam:::user/other"]},
              "Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::{{Bucket}}","arn:aws:s3:::{{Bucket}}/*"]}]}
            """,
            Cancellation);
        using var store = Open(Options with { Connection = new AwsConnection { AccessKey = Rados.Server.OtherAccessKey, SecretKey = Rados.Server.OtherSecretKey } });

        await store.EnsureExistsAsync(Cancellation);
        Assert.Equal("x", await store.ReadTextAsync("object", Cancellation));
        foreach (var action in new Func<Task>[]
        {
            () => store.WriteAsync("new", "x", Cancellation), () => store.PutIfAbsentAsync("new", "x"u8.ToArray(), Cancellation), () => store.DeleteAsync("object", Cancellation),
        })
            Assert.Contains("s3:PutObject", (await FailsAsync(BackupErrorCode.StoreAccessDenied, action)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_told_at_once()
    {
        using var store = Open(new StoreOptions { EndpointUrl = "http://127.0.0.1:9", Connection = new AwsConnection { AccessKey = "a", SecretKey = "b" } });
        var watch = Stopwatch.StartNew();
        var exception = await FailsAsync(BackupErrorCode.EndpointUnreachable, () => store.PrepareAsync(Cancellation));
        Assert.Contains("-StoreEndpointUrl", exception.Message, StringComparison.Ordinal);
        // The patience is three minutes.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_service_that_goes_away_later_is_waited_for_and_then_told()
    {
        using var store = Open(Options with { Connection = Options.Connection with { Patience = TimeSpan.FromSeconds(2) } });
        await store.PrepareAsync(Cancellation);
        Proxy.OnRequest = exchange =>
        {
            exchange.Abort();
            return Task.CompletedTask;
        };
        await FailsAsync(BackupErrorCode.StoreWriteFailed, () => store.WriteAsync("object", "x", Cancellation));
        Assert.True(Proxy.RequestCount("PutObject") > 3);
        await FailsAsync(BackupErrorCode.StoreReadFailed, () => store.OpenReadAsync("object", Cancellation));
    }

    [Theory]
    [InlineData(400, "ExpiredToken", BackupErrorCode.AuthenticationFailed, "Sign in again")]
    [InlineData(403, "RequestTimeTooSkewed", BackupErrorCode.AuthenticationFailed, "clock")]
    [InlineData(400, "KMS.DisabledException", BackupErrorCode.StoreWriteFailed, "-StoreKmsKeyId")]
    [InlineData(400, "InvalidStorageClass", BackupErrorCode.InvalidArgument, "-StorageClass")]
    [InlineData(400, "IllegalLocationConstraintException", BackupErrorCode.InvalidArgument, "-StoreRegion")]
    [InlineData(403, "QuotaExceeded", BackupErrorCode.StoreFull, "raise the quota")]
    [InlineData(507, "XMinioStorageFull", BackupErrorCode.StoreFull, "Free some space")]
    [InlineData(501, "NotImplemented", BackupErrorCode.StoreWriteFailed, "does not implement")]
    [InlineData(400, "SomethingNew", BackupErrorCode.StoreWriteFailed, "SomethingNew")]
    public async Task An_error_of_the_service_has_a_next_step(int status, string code, BackupErrorCode expected, string nextStep)
    {
        using var store = Open(Options with { Connection = Options.Connection with { Patience = TimeSpan.Zero } });
        Answer("PutObject", _ => true, () => S3Errors.Error(status, code, "What the service says."));
        var exception = await FailsAsync(expected, () => store.WriteAsync("object", "x", Cancellation));
        Assert.Contains(nextStep, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "SignatureDoesNotMatch")]
    [InlineData(403, "AccessDenied")]
    [InlineData(400, "InvalidArgument")]
    [InlineData(400, "InvalidToken")]
    public async Task An_error_without_words_is_told_by_its_code(int status, string code)
    {
        using var store = Open(Options with { Connection = Options.Connection with { Patience = TimeSpan.Zero } });
        Answer("PutObject", _ => true, () => S3Errors.Error(status, code, ""));
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => store.WriteAsync("object", "x", Cancellation));
        Assert.Contains($": {code}. ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_credentials_are_asked_for_anew_at_every_request()
    {
        var asked = 0;
        var keys = new AwsKeys(Rados.Server.OtherAccessKey, Rados.Server.OtherSecretKey, null);
        var connection = new AwsConnection { AccessKey = "ignored", SecretKey = "ignored", CredentialSource = () => { asked++; return keys; } };
        using var store = Open(Options with { Connection = connection });

        await FailsAsync(BackupErrorCode.StoreAccessDenied, () => store.PrepareAsync(Cancellation));
        keys = new AwsKeys(Rados.Server.AccessKey, Rados.Server.SecretKey, null);
        await store.PrepareAsync(Cancellation);

        Assert.True(asked >= 2);
    }

    [Fact]
    public async Task Credentials_that_cannot_be_given_are_an_error_that_says_so()
    {
        var connection = new AwsConnection { CredentialSource = () => throw new InvalidOperationException("the vault is closed") };
        using var store = Open(Options with { Connection = connection });
        var exception = await FailsAsync(BackupErrorCode.CredentialsNotFound, () => store.PrepareAsync(Cancellation));
        Assert.Contains("the vault is closed", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_of_its_own_gives_the_store_other_credentials_than_the_table()
    {
        using var folder = new TempFolder();
        var file = folder.Combine("credentials");
        await File.WriteAllTextAsync(file, $"[store]\naws_access_key_id = {Rados.Server.AccessKey}\naws_secret_access_key = {Rados.Server.SecretKey}\n", Cancellation);
        var connection = new AwsConnection { AccessKey = "table", SecretKey = "table", ProfileLocation = file };
        using var store = Open(Options with { Connection = connection, ProfileName = "store" });
        await store.PrepareAsync(Cancellation);

        using var without = Open(Options with { Connection = connection });
        await FailsAsync(BackupErrorCode.AuthenticationFailed, () => without.PrepareAsync(Cancellation));
    }
}

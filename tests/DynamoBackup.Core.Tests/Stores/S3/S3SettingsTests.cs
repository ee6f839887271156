using Amazon.S3.Model;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores.S3;

/// <summary>Class, encryption and tags: on the objects where they can be, refused before anything is sent where they can't.</summary>
public sealed class S3SettingsTests(RadosGwFixture rados) : S3Test(rados)
{
    private const int Part = 5 << 20;

    [Fact]
    public async Task The_class_is_that_of_data_and_manifests_stay_STANDARD()
    {
        using var store = Open(Options with { StorageClass = "standard_ia" });
        await store.WriteAsync("small", RandomBytes(10), Cancellation);
        await store.WriteAsync("big", RandomBytes(Part + 1), Cancellation);
        await store.PutIfAbsentAsync("manifest", RandomBytes(10), Cancellation);

        Assert.Equal(["STANDARD_IA", "STANDARD_IA", "STANDARD"], await Task.WhenAll(ClassOfAsync("small"), ClassOfAsync("big"), ClassOfAsync("manifest")));
    }

    [Fact]
    public async Task Tags_are_on_every_object()
    {
        var tags = new Dictionary<string, string> { ["team"] = "data + analytics", ["cost:centre"] = "4711", ["empty"] = "" };
        var sent = new System.Collections.Concurrent.ConcurrentBag<string>();
        Proxy.OnRequest = exchange =>
        {
            if (exchange.RequestHeaders["x-amz-tagging"].ToString() is { Length: > 0 } header) sent.Add($"{exchange.Operation} {header}");
            return Task.CompletedTask;
        };
        using var store = Open(Options with { Tags = tags });
        await store.WriteAsync("small", RandomBytes(10), Cancellation);
        await store.WriteAsync("big", RandomBytes(Part + 1), Cancellation);
        await store.PutIfAbsentAsync("manifest", RandomBytes(10), Cancellation);

        // RadosGW does not keep the tags of an upload in parts, so that one is looked at as it is sent.
        foreach (var name in new[] { "small", "manifest" })
        {
            var found = await Rados.Client.GetObjectTaggingAsync(new GetObjectTaggingRequest { BucketName = Bucket, Key = $"backups/{name}" }, Cancellation);
            Assert.Equal(tags.OrderBy(tag => tag.Key, StringComparer.Ordinal), found.Tagging.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => KeyValuePair.Create(tag.Key, tag.Value)));
        }

        Assert.Equal(["CreateMultipartUpload", "PutObject", "PutObject"], sent.Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.Single(sent.Select(line => line.Split(' ')[1]).Distinct());
    }

    [Fact]
    public async Task A_KMS_key_encrypts_every_object_and_the_place_names_it()
    {
        using var store = Open(Options with { Encryption = StoreEncryption.Kms, KmsKeyId = RadosGwServer.KmsKeyId });
        var content = RandomBytes(Part + 1);
        await store.WriteAsync("small", RandomBytes(10), Cancellation);
        await store.WriteAsync("big", content, Cancellation);
        await store.PutIfAbsentAsync("manifest", RandomBytes(10), Cancellation);

        foreach (var name in new[] { "small", "big", "manifest" })
        {
            var found = await Rados.Client.GetObjectMetadataAsync(Bucket, $"backups/{name}", Cancellation);
            Assert.Equal("aws:kms", found.ServerSideEncryptionMethod.Value);
            Assert.Equal(RadosGwServer.KmsKeyId, found.ServerSideEncryptionKeyManagementServiceKeyId);
        }

        Assert.Equal(content, await store.ReadAsync("big", Cancellation));
        Assert.Equal((Bucket, "backups", "KMS", RadosGwServer.KmsKeyId), (store.Place.Bucket, store.Place.Prefix, store.Place.SseAlgorithm, store.Place.SseKmsKeyId));
    }

    [Fact]
    public async Task A_KMS_key_that_cannot_be_used_is_an_error()
    {
        using var store = Open(Options with { Encryption = StoreEncryption.Kms, KmsKeyId = "no-such-key" });
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(() => store.PutIfAbsentAsync("manifest", RandomBytes(10), Cancellation));
        Assert.True(exception.Code is BackupErrorCode.StoreWriteFailed or BackupErrorCode.StoreAccessDenied, exception.Message);
        Assert.Contains("KMS key", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_the_store_manages_are_asked_for_on_every_object()
    {
        // RadosGW has no SSE-S3, so this looks at what is sent.
        var sent = new System.Collections.Concurrent.ConcurrentBag<string>();
        Proxy.OnRequest = exchange =>
        {
            if (exchange.Operation is not ("PutObject" or "CreateMultipartUpload")) return Task.CompletedTask;
            sent.Add($"{exchange.Operation} {exchange.RequestHeaders["x-amz-server-side-encryption"]}");
            exchange.Respond(S3Errors.Error(400, "InvalidEncryptionAlgorithmError", "The encryption request that you specified is not valid."));
            return Task.CompletedTask;
        };
        using var store = Open(Options with { Encryption = StoreEncryption.S3 });
        await FailsAsync(BackupErrorCode.StoreWriteFailed, () => store.WriteAsync("small", RandomBytes(10), Cancellation));
        await FailsAsync(BackupErrorCode.StoreWriteFailed, () => store.WriteAsync("big", RandomBytes(Part + 1), Cancellation));
        await FailsAsync(BackupErrorCode.StoreWriteFailed, () => store.PutIfAbsentAsync("manifest", RandomBytes(10), Cancellation));

        Assert.Equal(["CreateMultipartUpload AES256", "PutObject AES256", "PutObject AES256"], sent.Order(StringComparer.Ordinal));
        Assert.Equal("AES256", store.Place.SseAlgorithm);
    }

    [Theory]
    [InlineData(StoreChecksum.Crc32, false, true)]
    [InlineData(StoreChecksum.Md5, true, false)]
    [InlineData(StoreChecksum.Auto, true, false)]
    public async Task The_checksum_that_was_chosen_protects_every_body(StoreChecksum checksum, bool md5, bool crc32)
    {
        // RadosGW does not take the SDK's trailing checksums, so the proxy takes the objects itself.
        var sent = new System.Collections.Concurrent.ConcurrentBag<(bool Md5, bool Crc32)>();
        Proxy.OnRequest = exchange =>
        {
            if (exchange.Operation is "PutObject" or "UploadPart")
            {
                sent.Add((exchange.RequestHeaders.ContainsKey("Content-MD5"), exchange.RequestHeaders["x-amz-sdk-checksum-algorithm"] == "CRC32"));
                exchange.Respond(S3Errors.Error(400, "BadRequest", "Seen enough."));
            }
            else if (exchange.Operation == "CreateMultipartUpload")
            {
                exchange.Respond(new ProxyAnswer(200, "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"u8.ToArray(), "application/xml"));
            }
            else if (exchange.Operation == "AbortMultipartUpload")
            {
                exchange.Respond(new ProxyAnswer(204, []));
            }

            return Task.CompletedTask;
        };
        using var store = Open(Options with { Checksum = checksum });
        await FailsAsync(BackupErrorCode.StoreWriteFailed, () => store.WriteAsync("small", RandomBytes(10), Cancellation));
        await FailsAsync(BackupErrorCode.StoreWriteFailed, () => store.WriteAsync("big", RandomBytes(Part + 1), Cancellation));
        await FailsAsync(BackupErrorCode.StoreWriteFailed, () => store.PutIfAbsentAsync("manifest", RandomBytes(10), Cancellation));

        Assert.InRange(sent.Count, 3, 4);
        Assert.All(sent, protection => Assert.Equal((md5, crc32), protection));
    }

    private async Task<string> ClassOfAsync(string name) =>
        (await Rados.Client.GetObjectMetadataAsync(Bucket, $"backups/{name}", Cancellation)).StorageClass?.Value ?? "STANDARD";
}

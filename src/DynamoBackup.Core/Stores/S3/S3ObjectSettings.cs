using Amazon.S3;
using Amazon.S3.Model;

namespace DynamoBackup.Stores.S3;

/// <summary>What every object of a store is written with: class, encryption, tags and checksum, checked before anything is read.</summary>
internal sealed class S3ObjectSettings
{
    /// <summary>Classes whose objects can be read at once (source: Amazon S3 User Guide, "Understanding and managing Amazon S3 storage classes").</summary>
    private static readonly string[] ReadableClasses = ["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "REDUCED_REDUNDANCY"];

    private static readonly string[] ArchiveClasses = ["GLACIER", "DEEP_ARCHIVE"];

    private readonly S3StorageClass? _dataClass;
    private readonly ServerSideEncryptionMethod? _encryption;
    private readonly string? _kmsKeyId;
    private readonly IReadOnlyDictionary<string, string> _tags;

    private S3ObjectSettings(StoreOptions options)
    {
        _dataClass = options.StorageClass is { } name ? new S3StorageClass(CheckClass(name)) : null;
        _encryption = options.Encryption switch
        {
            StoreEncryption.S3 => ServerSideEncryptionMethod.AES256,
            StoreEncryption.Kms => ServerSideEncryptionMethod.AWSKMS,
            _ => null,
        };
        _kmsKeyId = options.KmsKeyId;
        _tags = S3Tags.Check(options.Tags);
        UsesMd5 = options.Checksum == StoreChecksum.Md5 || (options.Checksum == StoreChecksum.Auto && options.EndpointUrl is not null);
        if (_kmsKeyId is not null && options.Encryption != StoreEncryption.Kms)
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, "-StoreKmsKeyId needs -StoreEncryption Kms beside it.", _kmsKeyId);
    }

    /// <summary>Whether Content-MD5 protects the bytes of requests, in place of the SDK's trailing checksums.</summary>
    public bool UsesMd5 { get; }

    /// <summary>Takes the settings from options.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidArgument"/>.</exception>
    public static S3ObjectSettings From(StoreOptions options) => new(options);

    /// <summary>The store in the terms of an export's summary.</summary>
    public StorePlace PlaceAt(S3Location location) =>
        new(location.Bucket, location.Prefix, _encryption is null ? null : _encryption == ServerSideEncryptionMethod.AWSKMS ? "KMS" : "AES256", _kmsKeyId);

    /// <summary>A request to write a whole object.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The object's key.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="md5">Their MD5, in Base64, where that protects them.</param>
    /// <param name="isData">True for a data file; a manifest is always STANDARD.</param>
    public PutObjectRequest Put(string bucket, string key, Stream content, string? md5, bool isData)
    {
        var request = new PutObjectRequest { BucketName = bucket, Key = key, InputStream = content, AutoCloseStream = false, TagSet = Tags() };
        if (UsesMd5)
            (request.MD5Digest, request.UseChunkEncoding) = (md5, false);
        if (isData && _dataClass is not null)
            request.StorageClass = _dataClass;
        if (_encryption is not null)
            (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = (_encryption, _kmsKeyId);
        return request;
    }

    /// <summary>A request to begin an upload in parts; only data files are written so.</summary>
    public InitiateMultipartUploadRequest Initiate(string bucket, string key)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, TagSet = Tags() };
        if (_dataClass is not null)
            request.StorageClass = _dataClass;
        if (_encryption is not null)
            (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = (_encryption, _kmsKeyId);
        return request;
    }

    /// <summary>A request to send one part.</summary>
    public UploadPartRequest Part(string bucket, string key, string uploadId, int number, Stream content, string? md5)
    {
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = uploadId,
            PartNumber = number,
            InputStream = content,
            PartSize = content.Length,
        };
        if (UsesMd5)
            (request.MD5Digest, request.UseChunkEncoding) = (md5, false);
        return request;
    }

    private static string CheckClass(string name)
    {
        if (ReadableClasses.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known)
            return known;
        var why = ArchiveClasses.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? "its objects must be thawed, for hours, before they can be read, so that the backup could be neither proved nor restored when it is needed"
            : "it is not a class that this version knows to be readable at once";
        throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"Storage class '{name}' is refused: {why}. Give one of {string.Join(", ", ReadableClasses)}.", name);
    }

    private List<Tag>? Tags() => _tags.Count == 0 ? null : [.. _tags.Select(tag => new Tag { Key = tag.Key, Value = tag.Value })];
}

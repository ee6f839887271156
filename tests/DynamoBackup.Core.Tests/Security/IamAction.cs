namespace DynamoBackup.Core.Tests.Security;

/// <summary>
/// Which permission a call needs (source: AWS Service Authorization Reference, "Actions, resources, and condition keys for Amazon DynamoDB" and "... for
/// Amazon S3").
/// </summary>
internal static class IamAction
{
    /// <summary>S3's operations whose permission has another name.</summary>
    private static readonly Dictionary<string, string> S3 = new()
    {
        ["PutObject"] = "s3:PutObject",
        ["CreateMultipartUpload"] = "s3:PutObject",
        ["UploadPart"] = "s3:PutObject",
        ["CompleteMultipartUpload"] = "s3:PutObject",
        ["AbortMultipartUpload"] = "s3:AbortMultipartUpload",
        ["PutObjectTagging"] = "s3:PutObjectTagging",
        ["GetObject"] = "s3:GetObject",
        ["HeadObject"] = "s3:GetObject",
        ["ListObjectsV2"] = "s3:ListBucket",
        ["DeleteObject"] = "s3:DeleteObject",
    };

    /// <summary>The permission that an operation needs; DynamoDB's have the operations' names.</summary>
    /// <param name="operation">The operation, as the proxy names it.</param>
    public static string Of(string operation) => S3.GetValueOrDefault(operation) ?? $"dynamodb:{operation}";
}

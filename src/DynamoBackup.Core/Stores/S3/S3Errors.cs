using System.Net;
using Amazon.Runtime;
using DynamoBackup.Aws;

namespace DynamoBackup.Stores.S3;

/// <summary>
/// Gives the SDK's exceptions a code and a next step. Error codes are those of the Amazon S3 API reference, "Error Responses", and of
/// compatible services where they have their own.
/// </summary>
internal sealed class S3Errors(S3Location location)
{
    /// <summary>Translates what a run's first call threw: a network that fails then has never worked.</summary>
    public DynamoBackupException TranslateFirst(Exception exception, string action, StoreAccess access, string target) => AwsErrors.IsNetwork(exception)
        ? new DynamoBackupException(
            BackupErrorCode.EndpointUnreachable,
            $"Could not {action}: the service did not answer properly ({AwsErrors.Innermost(exception).Message.TrimEnd('.')}). Check -StoreEndpointUrl, -StoreRegion and the network.",
            target, exception)
        : Translate(exception, action, access, target);

    /// <summary>Translates an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="action">What was being done, as words behind "could not".</param>
    /// <param name="access">Whether that was reading or writing.</param>
    /// <param name="target">What the error is about.</param>
    public DynamoBackupException Translate(Exception exception, string action, StoreAccess access, string target)
    {
        if (exception is DynamoBackupException known)
            return known;
        if (AwsErrors.IsNetwork(exception))
        {
            return new DynamoBackupException(
                Failed(access), $"Could not {action}: the connection to {location} failed ({AwsErrors.Innermost(exception).Message.TrimEnd('.')}). Check the network, then run the command again.", target, exception);
        }

        if (exception is not AmazonServiceException service)
            return AwsErrors.Translate(exception, action, target);
        var (code, message) = FromService(service, action, access);
        return new DynamoBackupException(code, message, target, exception);
    }

    private (BackupErrorCode Code, string Message) FromService(AmazonServiceException error, string action, StoreAccess access)
    {
        // Compatible services often give a code alone.
        var named = string.IsNullOrEmpty(error.ErrorCode) ? $"HTTP status {(int)error.StatusCode}" : error.ErrorCode;
        var words = error.Message.Trim().TrimEnd('.').ReplaceLineEndings(" ");
        var said = words.Length == 0 ? named : words;
        var saidInFull = words.Length == 0 ? named : $"{named}: {words}";
        return error.ErrorCode switch
        {
            { } code when IsAboutKey(error) => (
                code == "AccessDenied" ? BackupErrorCode.StoreAccessDenied : Failed(access),
                $"Could not {action}: the KMS key cannot be used ({saidInFull}). Check -StoreKmsKeyId, that the key is enabled and in the bucket's region, and the right to use it (kms:GenerateDataKey, kms:Decrypt)."),
            "NoSuchBucket" => (BackupErrorCode.StoreNotFound,
                $"There is no bucket '{location.Bucket}'. Check its name, -StoreRegion and -StoreEndpointUrl, or create it: a bucket is never created by itself."),
            "InvalidBucketName" => (BackupErrorCode.InvalidLocation, $"The service refuses the bucket's name '{location.Bucket}': {said}. Check the location."),
            "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "InvalidSecurity" or "InvalidClientTokenId" or "RequestTimeTooSkewed" or "AuthFailure" => (
                BackupErrorCode.AuthenticationFailed,
                $"The credentials were refused: could not {action}: {said}. Check the keys or -StoreProfileName, -StoreRegion, and this machine's clock."),
            "ExpiredToken" or "TokenRefreshRequired" or "RequestExpired" or "ExpiredTokenException" => (
                BackupErrorCode.AuthenticationFailed, $"The credentials have expired: could not {action}: {said}. Sign in again or renew them, then run the command again."),
            "PermanentRedirect" or "TemporaryRedirect" or "Redirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" or "MovedPermanently" => (
                BackupErrorCode.InvalidArgument, $"The bucket '{location.Bucket}' is in another region: {said}. Give its own as -StoreRegion."),
            "InvalidObjectState" => (BackupErrorCode.StoreReadFailed,
                $"Could not {action}: the object was moved to an archive class. Thaw it (aws s3api restore-object) or copy it back to STANDARD, then run the command again; exempt backups from the bucket's archive rule."),
            "InvalidStorageClass" => (BackupErrorCode.InvalidArgument, $"The service does not know the storage class: {said}. Leave -StorageClass out, or give one that it has."),
            "EntityTooLarge" or "QuotaExceeded" or "InsufficientStorage" or "XMinioStorageFull" or "XMinioAdminBucketQuotaExceeded" => (
                BackupErrorCode.StoreFull, $"No room left: could not {action}: {said}. Free some space or raise the quota; nothing of this backup is left that looks whole."),
            "NotImplemented" => (Failed(access), $"Could not {action}: the service does not implement what was asked for ({said}). Leave -StorageClass, -StoreEncryption and -StoreTag out, or give -StoreChecksum Md5."),
            "PreconditionFailed" => (Failed(access), $"Could not {action}: the object was replaced meanwhile. Run the command again when nothing else writes there."),
            "NoSuchKey" => (Failed(access), $"Could not {action}: the object was deleted meanwhile. Run the command again when nothing else deletes there."),
            "NoSuchUpload" => (Failed(access), $"Could not {action}: the upload was ended by someone else. Check that no lifecycle rule ends uploads within a day, then run the backup again."),
            _ when IsDenied(error) => (BackupErrorCode.StoreAccessDenied, $"Permission denied: could not {action}: {said}. Grant {Rights(access)} on {location} to the identity in use, and the use of the bucket's KMS key where it has one."),
            _ when (int)error.StatusCode >= 500 => (Failed(access), $"Could not {action}: the service failed ({saidInFull}). Run the command again later."),
            _ => (Failed(access), $"Could not {action}: {saidInFull}. Check {location}{(access == StoreAccess.Write ? ", -StorageClass" : "")} and the -Store parameters."),
        };
    }

    /// <summary>Compatible services have codes of all kinds for a key that cannot be used; they say in words what it is about.</summary>
    private static bool IsAboutKey(AmazonServiceException error) =>
        error.ErrorCode.StartsWith("KMS.", StringComparison.Ordinal) || error.Message.Contains("kms:", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("kms-key", StringComparison.OrdinalIgnoreCase);

    private static bool IsDenied(AmazonServiceException error) => error.StatusCode == HttpStatusCode.Forbidden || error.ErrorCode is "AccessDenied" or "AllAccessDisabled" or "AccountProblem";

    private static string Rights(StoreAccess access) => access == StoreAccess.Read ? "s3:GetObject and s3:ListBucket" : "s3:PutObject, s3:AbortMultipartUpload and s3:DeleteObject (s3:PutObjectTagging with -StoreTag)";

    private static BackupErrorCode Failed(StoreAccess access) => access == StoreAccess.Read ? BackupErrorCode.StoreReadFailed : BackupErrorCode.StoreWriteFailed;
}

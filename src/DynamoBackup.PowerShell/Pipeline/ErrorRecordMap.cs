using System.Management.Automation;

namespace DynamoBackup.PowerShell.Pipeline;

/// <summary>Gives each error code its PowerShell category, and says which ones end the command.</summary>
internal static class ErrorRecordMap
{
    /// <summary>An error record whose id is the code, with the exception's target.</summary>
    public static ErrorRecord ToErrorRecord(DynamoBackupException error) =>
        new(error, error.Code.ToString(), Category(error.Code), error.Target);

    /// <summary>True for errors that would hit every other table as well: bad parameters, credentials or store.</summary>
    public static bool EndsCommand(BackupErrorCode code) => code is
        BackupErrorCode.InvalidArgument or BackupErrorCode.InvalidLocation or BackupErrorCode.LocationMissing or
        BackupErrorCode.CredentialsNotFound or BackupErrorCode.AuthenticationFailed or BackupErrorCode.ProfileNotFound or
        BackupErrorCode.RegionNotFound or BackupErrorCode.EndpointUnreachable or
        BackupErrorCode.StoreNotFound or BackupErrorCode.StoreAccessDenied or BackupErrorCode.StoreWriteFailed or BackupErrorCode.StoreFull or
        BackupErrorCode.WorkingDirectoryFailed;

    private static ErrorCategory Category(BackupErrorCode code) => code switch
    {
        BackupErrorCode.TableNotFound or BackupErrorCode.BackupNotFound or BackupErrorCode.StoreNotFound or
            BackupErrorCode.DefinitionMissing or BackupErrorCode.ItemNotFound or BackupErrorCode.BaseMissing or BackupErrorCode.PointInTimeNotCovered => ErrorCategory.ObjectNotFound,
        BackupErrorCode.AccessDenied or BackupErrorCode.StoreAccessDenied => ErrorCategory.PermissionDenied,
        BackupErrorCode.CredentialsNotFound or BackupErrorCode.AuthenticationFailed or BackupErrorCode.ProfileNotFound => ErrorCategory.AuthenticationError,
        BackupErrorCode.RegionNotFound or BackupErrorCode.InvalidLocation or BackupErrorCode.LocationMissing or
            BackupErrorCode.InvalidArgument or BackupErrorCode.BackupAmbiguous or BackupErrorCode.KeySchemaMismatch or BackupErrorCode.CapacityUnknown => ErrorCategory.InvalidArgument,
        BackupErrorCode.ResourceExists or BackupErrorCode.StoreConflict => ErrorCategory.ResourceExists,
        BackupErrorCode.TableNotReady or BackupErrorCode.RunInProgress => ErrorCategory.ResourceBusy,
        BackupErrorCode.EndpointUnreachable => ErrorCategory.ConnectionError,
        BackupErrorCode.LimitExceeded => ErrorCategory.LimitsExceeded,
        BackupErrorCode.StoreWriteFailed or BackupErrorCode.StoreFull or BackupErrorCode.WorkingDirectoryFull or
            BackupErrorCode.WorkingDirectoryFailed => ErrorCategory.WriteError,
        BackupErrorCode.StoreReadFailed => ErrorCategory.ReadError,
        BackupErrorCode.BackupDamaged or BackupErrorCode.ManifestDamaged or BackupErrorCode.InvalidItem or BackupErrorCode.AccountingMismatch or
            BackupErrorCode.VerificationFailed or BackupErrorCode.StreamGap => ErrorCategory.InvalidData,
        BackupErrorCode.UnsafePath => ErrorCategory.SecurityError,
        BackupErrorCode.ManifestTooNew or BackupErrorCode.FormatNotSupported => ErrorCategory.NotImplemented,
        BackupErrorCode.RequestRefused or BackupErrorCode.BackupHasChildren or BackupErrorCode.ConfirmationRequired or BackupErrorCode.StreamNotEnabled or
            BackupErrorCode.StreamNotUsable => ErrorCategory.InvalidOperation,
        BackupErrorCode.TimedOut => ErrorCategory.OperationTimeout,
        BackupErrorCode.Cancelled => ErrorCategory.OperationStopped,
        _ => ErrorCategory.NotSpecified,
    };
}

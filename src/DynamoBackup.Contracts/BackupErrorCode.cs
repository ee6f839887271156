namespace DynamoBackup;

/// <summary>
/// What went wrong, as one word. It is the <c>FullyQualifiedErrorId</c>'s first part at the prompt and <see cref="DynamoBackupException.Code"/> in code.
/// </summary>
public enum BackupErrorCode
{
    /// <summary>An error that this module has no better word for; the inner exception tells.</summary>
    Unexpected = 0,

    /// <summary>The table does not exist in this account and region.</summary>
    TableNotFound,

    /// <summary>The table exists but is being created, deleted or otherwise cannot be read or written yet.</summary>
    TableNotReady,

    /// <summary>The restore's target table exists and holds items, and no mode says what to do with them.</summary>
    ResourceExists,

    /// <summary>The target table's key schema differs from the backup's.</summary>
    KeySchemaMismatch,

    /// <summary>No AWS credentials could be found.</summary>
    CredentialsNotFound,

    /// <summary>The credentials were refused: unknown key, wrong signature, or expired.</summary>
    AuthenticationFailed,

    /// <summary>The named AWS profile does not exist or cannot be used.</summary>
    ProfileNotFound,

    /// <summary>No region is set and none can be derived.</summary>
    RegionNotFound,

    /// <summary>AWS denied permission.</summary>
    AccessDenied,

    /// <summary>The endpoint cannot be reached or did not answer.</summary>
    EndpointUnreachable,

    /// <summary>An account or service limit was reached.</summary>
    LimitExceeded,

    /// <summary>The request was refused by the service as invalid.</summary>
    RequestRefused,

    /// <summary>The location is not a path or URI that this version can use.</summary>
    InvalidLocation,

    /// <summary>No location was given and none is set in the environment.</summary>
    LocationMissing,

    /// <summary>The store (folder) does not exist.</summary>
    StoreNotFound,

    /// <summary>The store denied permission to read or write.</summary>
    StoreAccessDenied,

    /// <summary>The store could not be written.</summary>
    StoreWriteFailed,

    /// <summary>The store could not be read.</summary>
    StoreReadFailed,

    /// <summary>The store has no room left.</summary>
    StoreFull,

    /// <summary>Another writer has already stored something else under this name.</summary>
    StoreConflict,

    /// <summary>A name inside a backup points outside its folder or is otherwise unsafe.</summary>
    UnsafePath,

    /// <summary>The store holds no such backup.</summary>
    BackupNotFound,

    /// <summary>More than one backup, or table, fits what was asked for.</summary>
    BackupAmbiguous,

    /// <summary>The backup holds no item with this key.</summary>
    ItemNotFound,

    /// <summary>Other backups build on this one, so that it cannot be removed before them.</summary>
    BackupHasChildren,

    /// <summary>The backup failed verification; its findings tell what and where.</summary>
    BackupDamaged,

    /// <summary>A manifest or sidecar is missing, cut, edited or not readable.</summary>
    ManifestDamaged,

    /// <summary>A manifest or sidecar was written by a newer version of this module.</summary>
    ManifestTooNew,

    /// <summary>The backup is of a kind that this version does not read (Amazon Ion), or holds changes where a whole table is wanted (incremental).</summary>
    FormatNotSupported,

    /// <summary>The backup carries no table definition, so a new table cannot be created from it.</summary>
    DefinitionMissing,

    /// <summary>An item or line is not valid DynamoDB JSON.</summary>
    InvalidItem,

    /// <summary>What was read and what was stored or written do not add up.</summary>
    AccountingMismatch,

    /// <summary>The restored table differs from the backup.</summary>
    VerificationFailed,

    /// <summary>A parameter's value, or a combination of parameters, makes no sense.</summary>
    InvalidArgument,

    /// <summary>The command has to ask before it goes on, and the session is not interactive.</summary>
    ConfirmationRequired,

    /// <summary>A share of the table's capacity was asked for, and the table's description does not say what it has.</summary>
    CapacityUnknown,

    /// <summary>Another run is at work on the same unfinished backup, or on the same table.</summary>
    RunInProgress,

    /// <summary>The folder for temporary files has not enough room.</summary>
    WorkingDirectoryFull,

    /// <summary>The folder for temporary files cannot be used.</summary>
    WorkingDirectoryFailed,

    /// <summary>The table has no stream, so its changes cannot be read.</summary>
    StreamNotEnabled,

    /// <summary>The table's stream does not carry whole new images, so its changes cannot be replayed.</summary>
    StreamNotUsable,

    /// <summary>Changes are lost: they left the stream before they were read, or the stream or the table is another one.</summary>
    StreamGap,

    /// <summary>There is no full backup that an incremental one could build on, or what it builds on is missing or cannot be used.</summary>
    BaseMissing,

    /// <summary>No backups cover the instant; the message names the nearest ones before and after it that can be restored.</summary>
    PointInTimeNotCovered,

    /// <summary>The run was not done within the time that it was given.</summary>
    TimedOut,

    /// <summary>The run was cancelled.</summary>
    Cancelled,
}

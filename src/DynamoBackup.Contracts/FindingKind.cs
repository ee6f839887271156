namespace DynamoBackup;

/// <summary>What a finding is about.</summary>
public enum FindingKind
{
    /// <summary>A file that the backup names is missing.</summary>
    FileMissing = 0,

    /// <summary>A file's size differs from the recorded one.</summary>
    SizeDiffers,

    /// <summary>A file's MD5 or SHA-256 differs from the recorded one.</summary>
    ChecksumDiffers,

    /// <summary>A manifest, sidecar or checksum file is missing, cut or not readable.</summary>
    ManifestDamaged,

    /// <summary>Manifests disagree with one another (counts, sums, ids).</summary>
    ManifestInconsistent,

    /// <summary>A manifest was written by a newer version.</summary>
    ManifestTooNew,

    /// <summary>A name in a manifest points outside the backup.</summary>
    UnsafePath,

    /// <summary>A data file cannot be decompressed.</summary>
    DataUnreadable,

    /// <summary>A line is not an item in DynamoDB JSON.</summary>
    InvalidItem,

    /// <summary>An item lacks one of the table's key attributes, or the key has the wrong type.</summary>
    KeyMissing,

    /// <summary>Two items have the same key, so only one of them would be left in the table.</summary>
    KeyRepeated,

    /// <summary>The number of items differs from the recorded one.</summary>
    CountDiffers,

    /// <summary>The items differ from those that were backed up.</summary>
    ContentDiffers,

    /// <summary>The live table differs from the backup.</summary>
    LiveDiffers,

    /// <summary>The live table could not be read, so nothing is proved about it.</summary>
    LiveUnreadable,

    /// <summary>There is no sidecar: an export not made by this module. There is no definition and no digest to compare with.</summary>
    SidecarMissing,

    /// <summary>The backup was made without a content digest: its items were read and counted now, and there is nothing to compare them with.</summary>
    DigestMissing,

    /// <summary>A file lies in the backup's folder that no manifest names.</summary>
    UnknownFile,

    /// <summary>The backup's format is not one that this version reads.</summary>
    FormatNotSupported,

    /// <summary>The file could not be read from the store.</summary>
    FileUnreadable,

    /// <summary>A setting of the table could not be put back.</summary>
    SettingNotRestored,

    /// <summary>A setting of the table could not be read, so the backup does not hold it.</summary>
    SettingNotRead,

    /// <summary>Items whose time to live has passed: DynamoDB deletes them once time to live is on.</summary>
    ItemsExpired,

    /// <summary>The backup is not complete; how far it is and who is at work on it.</summary>
    Unfinished,

    /// <summary>A backup that this one builds on is missing or cannot be used, so this one cannot be restored.</summary>
    ChainBroken,

    /// <summary>Before this backup lies a time that no backup covers.</summary>
    ChainGap,

    /// <summary>A full backup is not the table's state at one instant; the detail tells why.</summary>
    NotExact,

    /// <summary>Items were left out of a restore on purpose; the detail tells how many and why.</summary>
    ItemsSkipped,

    /// <summary>The instant that was asked for is not a whole second, and was rounded down to one.</summary>
    InstantRounded,
}

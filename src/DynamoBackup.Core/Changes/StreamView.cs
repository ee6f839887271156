namespace DynamoBackup.Changes;

/// <summary>What a stream's records carry.</summary>
internal enum StreamView
{
    /// <summary>Only the key.</summary>
    KeysOnly,

    /// <summary>The item as it is after the change.</summary>
    NewImage,

    /// <summary>The item as it was before the change.</summary>
    OldImage,

    /// <summary>Both.</summary>
    NewAndOldImages,
}

namespace DynamoBackup;

/// <summary>What has become of an item or an attribute, from the reference to the difference.</summary>
public enum ItemChange
{
    /// <summary>Only the difference has it.</summary>
    Added = 0,

    /// <summary>Only the reference has it.</summary>
    Removed,

    /// <summary>Both have it, with other contents.</summary>
    Changed,
}

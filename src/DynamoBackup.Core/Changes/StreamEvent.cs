namespace DynamoBackup.Changes;

/// <summary>What a change did to an item.</summary>
internal enum StreamEvent
{
    /// <summary>There was none before.</summary>
    Insert,

    /// <summary>It replaced or altered one.</summary>
    Modify,

    /// <summary>It deleted one.</summary>
    Remove,
}

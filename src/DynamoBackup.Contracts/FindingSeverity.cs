namespace DynamoBackup;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Information = 0,

    /// <summary>Something is not as it should be, yet no item is in doubt.</summary>
    Warning,

    /// <summary>The backup is damaged or differs: it must not be trusted as it is.</summary>
    Error,
}

namespace DynamoBackup.Testing;

/// <summary>The kinds of export that DynamoDB makes.</summary>
public enum ExportKind
{
    /// <summary>Every item, in DynamoDB JSON.</summary>
    Full = 0,

    /// <summary>Every item, in Amazon Ion text.</summary>
    FullIon,

    /// <summary>What changed in a time, in DynamoDB JSON; its data files lie in a folder that it shares with other exports.</summary>
    Incremental,
}

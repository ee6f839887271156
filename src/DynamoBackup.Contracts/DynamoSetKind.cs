namespace DynamoBackup;

/// <summary>What the members of a set are.</summary>
public enum DynamoSetKind
{
    /// <summary>Strings: DynamoDB's type SS.</summary>
    String = 0,

    /// <summary>Numbers: DynamoDB's type NS.</summary>
    Number,

    /// <summary>Binary values: DynamoDB's type BS.</summary>
    Binary,
}

namespace DynamoBackup;

/// <summary>One backup that would be removed, found out by reading only.</summary>
public sealed record RemovalPlan
{
    /// <summary>The table's name; of an unfinished backup, the name of its table's folder.</summary>
    public required string TableName { get; init; }

    /// <summary>The table's ARN; empty where it is not known.</summary>
    public string TableArn { get; init; } = "";

    /// <summary>The backup's id.</summary>
    public required string Id { get; init; }

    /// <summary>The store that holds it.</summary>
    public required string Location { get; init; }

    /// <summary>Its folder, relative to the store.</summary>
    public required string Path { get; init; }

    /// <summary>What the folder holds.</summary>
    public required BackupState State { get; init; }

    /// <summary>Files in the folder.</summary>
    public int Files { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>True where no other sound backup of the table is in this store.</summary>
    public bool IsLast { get; init; }
}

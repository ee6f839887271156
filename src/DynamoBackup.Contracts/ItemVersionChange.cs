namespace DynamoBackup;

/// <summary>How a version of an item came to be, as far as the backups tell.</summary>
public enum ItemVersionChange
{
    /// <summary>A full backup holds the item like this; when it became so is not known.</summary>
    Present = 0,

    /// <summary>The item was written where there was none.</summary>
    Put,

    /// <summary>The item was written where there was one.</summary>
    Update,

    /// <summary>The item was deleted.</summary>
    Delete,

    /// <summary>Time to live deleted the item.</summary>
    TtlDelete,

    /// <summary>A full backup does not hold the item any more; when it was deleted is not known.</summary>
    Absent,
}

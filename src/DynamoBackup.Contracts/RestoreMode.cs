namespace DynamoBackup;

/// <summary>What a restore does with the table it writes to.</summary>
public enum RestoreMode
{
    /// <summary>The table is created by the restore, or exists and is empty.</summary>
    NewTable = 0,

    /// <summary>Every item of the backup is put into an existing table; items that the backup does not hold stay as they are.</summary>
    Overwrite,

    /// <summary>An existing table becomes exactly the backup: only items that differ are written, and items that the backup does not hold are deleted.</summary>
    Replace,

    /// <summary>Only items that an existing table lacks are added; what it holds stays as it is.</summary>
    Supplement,
}

namespace DynamoBackup;

/// <summary>How many items of a backup and a table are alike.</summary>
/// <param name="Missing">Items of the backup that the table lacks.</param>
/// <param name="Different">Items that the table holds otherwise.</param>
/// <param name="Extra">Items of the table that the backup lacks.</param>
/// <param name="Same">Items that the table holds as they are in the backup.</param>
public sealed record TableDifference(long Missing, long Different, long Extra, long Same);

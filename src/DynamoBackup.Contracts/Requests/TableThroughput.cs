namespace DynamoBackup;

/// <summary>Provisioned capacity of a table or of an index.</summary>
/// <param name="ReadCapacityUnits">Reads a second, in units of 4 KB.</param>
/// <param name="WriteCapacityUnits">Writes a second, in units of 1 KB.</param>
public sealed record TableThroughput(long ReadCapacityUnits, long WriteCapacityUnits);

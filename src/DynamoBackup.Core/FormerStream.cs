using DynamoBackup.Changes;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>
/// A stream that takes no more changes: it was turned off, or its table deleted. What it took can be read for another 24 hours (source: Amazon DynamoDB API Reference, DeleteTable and
/// UpdateTable; Developer Guide, "Change data capture for DynamoDB Streams").
/// </summary>
/// <param name="Table">The table as it was.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Position">How far it has been read.</param>
internal sealed record FormerStream(TableDefinition Table, TableStream Stream, StreamPosition Position);

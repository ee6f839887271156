namespace DynamoBackup;

/// <summary>Takes items; the run goes on when the task has ended.</summary>
/// <param name="items">The items in DynamoDB JSON. The bytes may be kept.</param>
/// <param name="cancellationToken">Ends the waiting.</param>
public delegate Task ItemReceiver(IReadOnlyList<ReadOnlyMemory<byte>> items, CancellationToken cancellationToken);

/// <summary>Decides about items, one answer for each, in their order. Called from several threads at once.</summary>
/// <param name="items">The items in DynamoDB JSON. The bytes are valid until the task ends.</param>
/// <param name="cancellationToken">Ends the waiting.</param>
/// <returns>Whether each item is taken.</returns>
public delegate Task<IReadOnlyList<bool>> ItemChooser(IReadOnlyList<ReadOnlyMemory<byte>> items, CancellationToken cancellationToken);

/// <summary>Takes versions of items; the run goes on when the task has ended.</summary>
/// <param name="versions">The versions.</param>
/// <param name="cancellationToken">Ends the waiting.</param>
public delegate Task VersionReceiver(IReadOnlyList<ItemVersion> versions, CancellationToken cancellationToken);

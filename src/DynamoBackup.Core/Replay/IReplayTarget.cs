using DynamoBackup.Verify;

namespace DynamoBackup.Replay;

/// <summary>Receives the items of a table as it was at an instant, each key once.</summary>
internal interface IReplayTarget
{
    /// <summary>Opens what takes a group of items; groups are received side by side.</summary>
    /// <param name="group">The group's number. The same backups make the same groups, each with the same items.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ItemSink> OpenAsync(int group, CancellationToken cancellationToken);
}

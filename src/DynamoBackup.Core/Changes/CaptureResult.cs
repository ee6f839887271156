namespace DynamoBackup.Changes;

/// <summary>What one run of a capture has read.</summary>
/// <param name="Records">Records that the sink took in this run.</param>
/// <param name="Position">Where the next run goes on.</param>
/// <param name="NewestRecord">The newest date of a record in this run, a whole second; null where there was none.</param>
/// <param name="Lag">
/// How far the reading was behind: for each shard the service's time less the second of its newest record when its last page with records came, and of
/// these the longest. It says how old the changes were when they were seen, at the end of the run; zero where no record came.
/// </param>
/// <param name="Shards">Shards that were read from in this run.</param>
internal sealed record CaptureResult(long Records, StreamPosition Position, DateTimeOffset? NewestRecord, TimeSpan Lag, int Shards)
{
    /// <summary>Whether the stream was turned off before the end, or its table deleted: no later changes are in it, and all that are have been read.</summary>
    public bool IsOver { get; init; }
}

namespace DynamoBackup.Testing;

/// <summary>How a <see cref="StreamStandIn"/> behaves. May be changed while it runs.</summary>
public sealed class StandInOptions
{
    /// <summary>Shards of a new stream.</summary>
    public int InitialShards { get; set; } = 2;

    /// <summary>Shards that DescribeStream gives at once.</summary>
    public int ShardsPerPage { get; set; } = 100;

    /// <summary>How long a record stays unseen.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Of each shard every so manieth GetRecords is empty although there are records; 0 leaves none empty.</summary>
    public int EmptyPageEvery { get; set; }

    /// <summary>What is added to this machine's clock.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>The stand-in's clock.</summary>
    public DateTimeOffset Now() => DateTimeOffset.UtcNow + ClockOffset;
}

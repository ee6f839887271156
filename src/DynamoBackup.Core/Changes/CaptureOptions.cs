namespace DynamoBackup.Changes;

/// <summary>How a stream is read. The defaults keep to the service's limits: five GetRecords a second a shard, ten DescribeStream a second an account.</summary>
internal sealed record CaptureOptions
{
    /// <summary>How long after the end a shard must still show nothing, for records to become visible that were written before it.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many empty pages in a row say that an open shard shows nothing: one alone may come while there are records behind it. A shard that is polled while it
    /// settles has shown more than these anyway.
    /// </summary>
    public int EmptyPages { get; init; } = 5;

    /// <summary>How often the shards are listed while none ends.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Least time from one request to the next of the same shard.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(210);

    /// <summary>Longest wait between requests of a shard that shows nothing.</summary>
    public TimeSpan LongestInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Pages read and held at once, however many shards there are: the bound on memory.</summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>Most records asked for at once.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>How long the service keeps records.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);
}

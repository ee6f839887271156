namespace DynamoBackup.Bench.Replay;

/// <summary>What a replay server serves, and how.</summary>
public sealed record ReplayOptions
{
    /// <summary>Items of the table <see cref="ReplayTables.ReplayName"/>.</summary>
    public long Items { get; init; } = 1_000_000;

    /// <summary>What they look like.</summary>
    public ItemShape Shape { get; init; }

    /// <summary>About how many bytes of JSON a page holds.</summary>
    public int PageBytes { get; init; } = 1 << 20;

    /// <summary>Most bytes of pages that are held; pages beyond are copies of held ones with keys of their own.</summary>
    public long HeldBytes { get; init; } = 4L << 30;

    /// <summary>How long every answer of DynamoDB's calls waits.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Whether it serves TLS, with a certificate of its own.</summary>
    public bool Tls { get; init; }

    /// <summary>Where the certificate is written as PEM, for clients that are to trust it (SSL_CERT_FILE, AWS_CA_BUNDLE); null for nowhere.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>Same seed, same items.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Percent of the items, evenly spread, that have another text of the same length than the seed alone gives them.</summary>
    public double ChangedPercent { get; init; }

    /// <summary>Whether the item at a place is one of them: of n items the whole part of n times the share is.</summary>
    public bool IsChanged(long place) => Math.Floor((place + 1) * ChangedPercent / 100) > Math.Floor(place * ChangedPercent / 100);
}

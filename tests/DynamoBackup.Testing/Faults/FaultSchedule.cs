namespace DynamoBackup.Testing;

/// <summary>
/// A seed and a mix of faults. Whether a request is hit, and by what, follows from the seed, the operation and the request's number among that operation's
/// alone, so that a failing run is replayed by its seed as far as its requests come in the same numbers again.
/// </summary>
public sealed class FaultSchedule
{
    private static readonly FaultKind[] OfDynamo =
    [
        FaultKind.Throttling, FaultKind.ProvisionedThroughputExceeded, FaultKind.RequestLimitExceeded, FaultKind.InternalError, FaultKind.ServiceUnavailable,
        FaultKind.SomeUnprocessed, FaultKind.AllUnprocessed, FaultKind.CutBefore, FaultKind.CutAfter, FaultKind.CutInHeaders, FaultKind.CutInBody, FaultKind.TruncatedBody,
        FaultKind.WrongCrc, FaultKind.FlippedBit, FaultKind.Stall, FaultKind.StallInBody, FaultKind.SlowDrip, FaultKind.ExpiredToken,
    ];

    // S3 has no checksum of what it sends that a client must check: flipped bits on that way are what the backup's own checksums are for.
    private static readonly FaultKind[] OfS3 =
    [
        FaultKind.SlowDown, FaultKind.InternalError, FaultKind.ServiceUnavailable, FaultKind.CutBefore, FaultKind.CutAfter, FaultKind.CutInHeaders, FaultKind.CutInBody,
        FaultKind.FlippedBit, FaultKind.Stall, FaultKind.StallInBody, FaultKind.SlowDrip, FaultKind.ExpiredToken,
    ];

    private readonly Dictionary<FaultKind, ulong> _salts;

    /// <summary>A schedule.</summary>
    /// <param name="seed">Where its choices come from.</param>
    /// <param name="faults">What may happen.</param>
    public FaultSchedule(int seed, params IReadOnlyList<FaultPlan> faults)
    {
        Seed = seed;
        Faults = faults;
        _salts = faults.DistinctBy(fault => fault.Kind).ToDictionary(fault => fault.Kind, fault => (ulong)fault.Kind * 0x9E37_79B9_7F4A_7C15);
    }

    /// <summary>Where the schedule's choices come from.</summary>
    public int Seed { get; }

    /// <summary>What may happen.</summary>
    public IReadOnlyList<FaultPlan> Faults { get; }

    /// <summary>A mix for DynamoDB that follows from a seed. In one of five there is a fault that, once begun, never ends.</summary>
    public static FaultSchedule ForDynamo(int seed) => Mix(seed, OfDynamo, [FaultKind.CutBefore, FaultKind.InternalError, FaultKind.ExpiredToken, FaultKind.Stall, FaultKind.CutInBody]);

    /// <summary>A mix for S3 that follows from a seed. In one of five there is a fault that, once begun, never ends.</summary>
    public static FaultSchedule ForS3(int seed) => Mix(seed, OfS3, [FaultKind.CutBefore, FaultKind.CutAfter, FaultKind.InternalError, FaultKind.ExpiredToken, FaultKind.Stall]);

    /// <summary>What happens to a request; null where nothing does.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="number">The request's number among the operation's, from 1.</param>
    public FaultKind? Decide(string operation, int number)
    {
        foreach (var fault in Faults)
        {
            if (number >= fault.From && number <= fault.To && Draw(operation, number, _salts[fault.Kind]) % 1000 < (ulong)fault.PerMille)
                return fault.Kind;
        }

        return null;
    }

    /// <summary>A number for whatever else a fault must choose: where to cut, which bit.</summary>
    public int Choose(string operation, int number, int limit) => limit <= 0 ? 0 : (int)(Draw(operation, number, 1) % (ulong)limit);

    /// <summary>Enough to make the schedule again.</summary>
    public override string ToString() => $"seed {Seed}: {string.Join(", ", Faults)}";

    private static FaultSchedule Mix(int seed, FaultKind[] kinds, FaultKind[] lasting)
    {
        var random = SampleRandom.For(seed, kinds.Length);
        var left = kinds.ToList();
        var faults = new List<FaultPlan>();
        if (random.Next(5) == 0)
            faults.Add(new FaultPlan(random.Pick<FaultKind>(lasting), 1000, From: 1 + random.Next(12)));
        for (var count = 2 + random.Next(4); count > 0; count--)
        {
            var kind = left[random.Next(left.Count)];
            left.Remove(kind);
            // What costs the client its patience each time must be rare, or a run would take minutes.
            var most = kind is FaultKind.Stall or FaultKind.StallInBody or FaultKind.ExpiredToken ? 20 : 120;
            faults.Add(new FaultPlan(kind, 5 + random.Next(most)));
        }

        return new FaultSchedule(seed, faults);
    }

    private ulong Draw(string operation, int number, ulong salt)
    {
        // Not string.GetHashCode, which is another one in each process.
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var character in operation)
            hash = (hash ^ character) * 1_099_511_628_211UL;
        return new SampleRandom(hash ^ salt ^ ((ulong)(uint)Seed << 32) ^ (ulong)(uint)number).Next();
    }
}

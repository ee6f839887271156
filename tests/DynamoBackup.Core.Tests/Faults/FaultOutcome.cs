using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>What a seed's trial came to.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Where">Where to, and which table.</param>
/// <param name="Backup">The backup.</param>
/// <param name="Restore">The restore.</param>
internal sealed record FaultOutcome(int Seed, string Where, FaultPart Backup, FaultPart Restore)
{
    /// <summary>The outcome as a line of a report.</summary>
    public override string ToString() => $"seed {Seed} ({Where}): backup {Backup}; restore {Restore}";
}

/// <summary>One run behind a schedule.</summary>
/// <param name="Schedule">The schedule, so that it can be made again.</param>
/// <param name="Injected">The faults that happened.</param>
/// <param name="Error">What it ended with; null where it was complete.</param>
internal sealed record FaultPart(string Schedule, IReadOnlyDictionary<FaultKind, int> Injected, DynamoBackupException? Error)
{
    /// <summary>The run as words.</summary>
    public override string ToString() =>
        $"{(Error is null ? "complete" : $"error {Error.Code} [{(Error.Message.Length > 400 ? Error.Message[..400] + "..." : Error.Message)}]")} after {Injected.Values.Sum()} faults ({string.Join(", ", Injected.OrderBy(fault => fault.Key).Select(fault => $"{fault.Key} {fault.Value}"))})";
}

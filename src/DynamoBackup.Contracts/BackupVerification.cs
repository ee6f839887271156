using System.Collections.ObjectModel;

namespace DynamoBackup;

/// <summary>What a verification of one backup proved.</summary>
public sealed record BackupVerification
{
    // PowerShell indexes a collection only by a public indexer, which what the compiler makes of an expression lacks.
    private readonly ReadOnlyCollection<Finding> _findings = ReadOnlyCollection<Finding>.Empty;

    /// <summary>The table's name, from its ARN.</summary>
    public required string TableName { get; init; }

    /// <summary>The table's ARN.</summary>
    public required string TableArn { get; init; }

    /// <summary>The backup's id.</summary>
    public required string Id { get; init; }

    /// <summary>The store that holds the backup.</summary>
    public required string Location { get; init; }

    /// <summary>True where nothing at this level contradicts the backup: no finding is an error.</summary>
    public bool IsValid => !Findings.Any(finding => finding.Severity == FindingSeverity.Error);

    /// <summary>How much was proved.</summary>
    public required VerificationLevel Level { get; init; }

    /// <summary>Items counted at <see cref="VerificationLevel.Content"/> and above; below that, the recorded number.</summary>
    public long ItemCount { get; init; }

    /// <summary>Bytes read from the store.</summary>
    public long BytesRead { get; init; }

    /// <summary>The digest computed at <see cref="VerificationLevel.Content"/> and above; below that, the recorded one. Null where there is none.</summary>
    public string? ContentDigest { get; init; }

    /// <summary>How long the verification took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Everything that was found, errors first.</summary>
    public IReadOnlyList<Finding> Findings
    {
        get => _findings;
        init => _findings = value as ReadOnlyCollection<Finding> ?? new([.. value]);
    }

    /// <summary>The result as one line.</summary>
    public override string ToString() => $"{TableName} {Id}: {(IsValid ? "valid" : "NOT valid")} at {Level}";
}

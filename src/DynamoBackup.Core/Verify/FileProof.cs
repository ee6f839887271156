using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>What the verification of one data file found.</summary>
/// <param name="Findings">What is wrong; empty for a sound file.</param>
/// <param name="Digest">The digest of its items; empty below level Content.</param>
/// <param name="BytesRead">Stored bytes read.</param>
internal sealed record FileProof(IReadOnlyList<Finding> Findings, ContentDigest Digest, long BytesRead);

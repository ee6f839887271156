using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>Receives each sound item of a file as it is verified, in the file's order and from one thread at a time.</summary>
/// <param name="item">The item, as read.</param>
/// <param name="json">What it was read from.</param>
internal delegate void ItemTap(CanonicalItem item, ReadOnlySpan<byte> json);

using System.Collections.ObjectModel;

namespace DynamoBackup;

/// <summary>
/// A set of DynamoDB, which is not a list: it keeps what its members are. They are strings, numbers or byte arrays, in the order in which they were read,
/// which means nothing.
/// </summary>
/// <param name="kind">What the members are.</param>
/// <param name="members">The members.</param>
public sealed class DynamoSet(DynamoSetKind kind, IReadOnlyList<object> members) : ReadOnlyCollection<object>([.. members])
{
    /// <summary>What the members are.</summary>
    public DynamoSetKind Kind { get; } = kind;

    /// <summary>The members as one line.</summary>
    public override string ToString() => string.Join(", ", this.Select(member => member is byte[] bytes ? Convert.ToBase64String(bytes) : member));
}

namespace DynamoBackup.Testing;

/// <summary>How often a fault happens, and between which requests of an operation.</summary>
/// <param name="Kind">The fault.</param>
/// <param name="PerMille">How many of a thousand requests it hits.</param>
/// <param name="From">The first request of an operation that it may hit, counted from 1.</param>
/// <param name="To">The last one.</param>
public sealed record FaultPlan(FaultKind Kind, int PerMille, int From = 1, int To = int.MaxValue)
{
    /// <summary>The fault as words.</summary>
    public override string ToString() =>
        $"{Kind} {PerMille}‰{(From > 1 ? $" from request {From}" : "")}{(To < int.MaxValue ? $" to request {To}" : "")}";
}

namespace DynamoBackup;

/// <summary>
/// How much of a table's capacity a run may use: a number of units a second, or a share of what the table has. Requests that are given
/// the same instance share one budget of <see cref="Units"/>, so that tables one after another hold it together.
/// </summary>
/// <param name="Units">Capacity units a second; null where <paramref name="Percent"/> says it.</param>
/// <param name="Percent">
/// 1 to 100 percent of the provisioned units; of an on-demand table's maximum, or else of its warm throughput. Null where
/// <paramref name="Units"/> says it.
/// </param>
public sealed record CapacityLimit(double? Units, int? Percent);

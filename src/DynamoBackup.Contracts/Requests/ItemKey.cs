namespace DynamoBackup;

/// <summary>An item's key, as a user gives it.</summary>
/// <param name="Json">
/// The attributes in DynamoDB JSON, such as <c>{"Id":{"S":"a"},"Sort":{"N":"5"}}</c>. Where the backup tells the types of its keys, a value takes that type: the
/// text <c>5</c> names the number 5.
/// </param>
/// <param name="MayHoldMore">Whether attributes that are no part of the key may be among them, as in a whole item.</param>
public sealed record ItemKey(string Json, bool MayHoldMore = false);

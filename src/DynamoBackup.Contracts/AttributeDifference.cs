namespace DynamoBackup;

/// <summary>A top-level attribute that differs between two items.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Change">What has become of it.</param>
public sealed record AttributeDifference(string Name, ItemChange Change)
{
    /// <summary>The difference as one word: <c>+name</c>, <c>-name</c> or <c>~name</c>.</summary>
    public override string ToString() => Change switch
    {
        ItemChange.Added => "+" + Name,
        ItemChange.Removed => "-" + Name,
        _ => "~" + Name,
    };
}

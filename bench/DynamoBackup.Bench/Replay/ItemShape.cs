namespace DynamoBackup.Bench.Replay;

/// <summary>What the items of a replayed table look like.</summary>
public enum ItemShape
{
    /// <summary>Customers of about 361 bytes of DynamoDB JSON.</summary>
    Small,

    /// <summary>Orders of about 1,521 bytes, with maps, lists, sets and a binary.</summary>
    Big,

    /// <summary>From 67 bytes to 4 KB, with all ten types.</summary>
    Mixed,
}

namespace DynamoBackup;

/// <summary>How a table is charged for reads and writes.</summary>
public enum TableBillingMode
{
    /// <summary>For the capacity that it is given.</summary>
    Provisioned = 0,

    /// <summary>For each request (on-demand).</summary>
    PayPerRequest,
}

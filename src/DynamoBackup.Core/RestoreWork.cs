using DynamoBackup.Aws;
using DynamoBackup.Items;
using DynamoBackup.Manifests;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>What the steps of one restore work on.</summary>
internal sealed class RestoreWork
{
    /// <summary>A restore that has been planned.</summary>
    public RestoreWork(RestoreRequest request, RestorePlan plan, OpenedBackup backup, DynamoConnection connection, RestoreSession session, IRunOutput output)
    {
        Request = request;
        Plan = plan;
        Backup = backup;
        Connection = connection;
        Session = session;
        Output = output;
        Definition = RestorePlanner.DefinitionOf(request, backup, output);
        Selection = ItemSelection.For(request, Definition?.Key);
    }

    /// <summary>What was asked for.</summary>
    public RestoreRequest Request { get; }

    /// <summary>What was found and agreed to.</summary>
    public RestorePlan Plan { get; }

    /// <summary>The backup.</summary>
    public OpenedBackup Backup { get; }

    /// <summary>The connection to the table.</summary>
    public DynamoConnection Connection { get; }

    /// <summary>The restore's lock and journal.</summary>
    public RestoreSession Session { get; }

    /// <summary>Where the run tells what it does.</summary>
    public IRunOutput Output { get; }

    /// <summary>The table as it was, or as the request describes it; null where neither tells.</summary>
    public TableDefinition? Definition { get; }

    /// <summary>Which items are restored; null for all.</summary>
    public ItemSelection? Selection { get; }

    /// <summary>What is to be told with the result.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>Describes the table that is written as it is now.</summary>
    public Task<TableDefinition> DescribeTargetAsync(CancellationToken cancellationToken) =>
        new TableReader(Connection, Output, patient: true).DescribeAsync(Plan.TargetTable, cancellationToken);
}

using DynamoBackup.Load;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>Counts the items of a restore whose time to live has passed, and tells what becomes of them.</summary>
internal sealed class ExpiryReport
{
    private readonly string _table;
    private readonly string? _attribute;
    private readonly bool _deletes;
    private readonly bool _isNew;

    private ExpiryReport(string table, string? attribute, bool deletes, bool isNew)
    {
        _table = table;
        _attribute = attribute;
        _deletes = deletes;
        _isNew = isNew;
        Check = attribute is null ? null : new ExpiryCheck(attribute, DateTimeOffset.UtcNow);
    }

    /// <summary>What looks at the items; null where they have no time to live.</summary>
    public ExpiryCheck? Check { get; }

    /// <summary>Expired items so far.</summary>
    public long Count => Check?.Count ?? 0;

    /// <summary>Finds the attribute by which items expire: an existing table's own, else the definition's.</summary>
    public static async Task<ExpiryReport> OpenAsync(RestoreRequest request, RestorePlan plan, TableDefinition? definition, TableReader tables, CancellationToken cancellationToken)
    {
        var recorded = definition?.TimeToLiveAttribute;
        if (plan.CreatesTable)
            return new ExpiryReport(plan.TargetTable, recorded, deletes: !request.ExcludedSettings.Contains(TableSetting.TimeToLive), isNew: true);
        var own = await tables.FindTimeToLiveAsync(plan.TargetTable, cancellationToken);
        return new ExpiryReport(plan.TargetTable, own ?? recorded, deletes: own is not null, isNew: false);
    }

    /// <summary>Adds a finding where items have expired, and warns where DynamoDB deletes them.</summary>
    public void Tell(List<Finding> findings, IRunOutput output)
    {
        if (Count == 0)
            return;
        var detail = $"The time to live of {Count:N0} items has passed by their attribute '{_attribute}'.";
        var fix = (_deletes, _isNew) switch
        {
            (true, true) => "DynamoDB deletes them within days, for time to live is on again. To keep them, turn it off now, or restore with -ExcludeSetting TimeToLive.",
            (true, false) => "DynamoDB deletes them within days, for time to live is on. To keep them, turn it off now.",
            _ => "Time to live is off, so they stay; turned on, it deletes them within days.",
        };
        findings.Add(new Finding(FindingSeverity.Information, FindingKind.ItemsExpired, _table, detail, fix));
        if (_deletes)
            output.Warning($"'{_table}': {detail} {fix}");
    }
}

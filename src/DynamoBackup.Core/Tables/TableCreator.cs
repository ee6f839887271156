using System.Text.Json;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using DynamoBackup.Aws;

namespace DynamoBackup.Tables;

/// <summary>
/// Creates a table, and leaves out what the service refuses rather than fail: a key of another account, a class or a tag that may not be
/// set. Keys and indexes are never left out but for vector indexes, which not every endpoint knows.
/// </summary>
internal sealed class TableCreator(DynamoConnection connection, string name, SettingReport report, IRunOutput output)
{
    /// <summary>What may be left out, and words by which a refusal tells that it means this. The order is that in which they are tried where no refusal tells: what is missed least first.</summary>
    private static readonly (TableSetting Setting, string[] Words)[] Optional =
    [
        (TableSetting.WarmThroughput, ["WarmThroughput", "warm throughput"]),
        (TableSetting.OnDemandThroughput, ["OnDemandThroughput", "MaxReadRequestUnits", "MaxWriteRequestUnits", "on-demand throughput"]),
        (TableSetting.Tags, ["TagResource", "tags", "tag key", "tag value"]),
        (TableSetting.TableClass, ["TableClass", "table class", "STANDARD_INFREQUENT_ACCESS"]),
        (TableSetting.Encryption, ["KMS", "SSESpecification", "SSEType", "encrypt"]),
        (TableSetting.VectorIndexes, ["VectorIndex", "vector"]),
    ];

    /// <summary>How far the service's clock may be behind ours.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromSeconds(5);

    /// <summary>Asks for the table to be created; it is not active yet when this returns.</summary>
    /// <returns>The blueprint as it was taken.</returns>
    /// <exception cref="DynamoBackupException">The table exists, or what it cannot be without is refused.</exception>
    public async Task<TableBlueprint> CreateAsync(TableBlueprint blueprint, CancellationToken cancellationToken)
    {
        var reduced = blueprint.Copy();
        while (true)
        {
            try
            {
                await SendAsync(reduced, cancellationToken);
                return reduced;
            }
            catch (DynamoBackupException refusal) when (MayConcernASetting(refusal))
            {
                if (Meant(refusal, reduced) is { } setting)
                    LeaveOut(reduced, setting, refusal);
                else if (refusal.Code == BackupErrorCode.LimitExceeded)
                    throw;
                else
                    return await FindOutAsync(reduced, refusal, cancellationToken);
            }
        }
    }

    private async Task SendAsync(TableBlueprint blueprint, CancellationToken cancellationToken)
    {
        CreateTableRequest request;
        try
        {
            request = CreateTableRequestBuilder.Build(blueprint, name);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DynamoBackupException(BackupErrorCode.DefinitionMissing, $"The table definition is not complete ({exception.Message}), so the table cannot be created. Create '{name}' by hand and restore into it.", name, exception);
        }

        var exchange = new WireExchange("-");
        var began = DateTimeOffset.UtcNow;
        try
        {
            await connection.CallAsync(() => exchange.FlowThrough(() => connection.Client.CreateTableAsync(request, cancellationToken)), "create the table", name, output, cancellationToken);
        }
        catch (DynamoBackupException exception) when (exception.Code == BackupErrorCode.TableNotReady && exchange.Attempts > 1)
        {
            if (!await IsOursAsync(began, cancellationToken))
                throw;
            output.Verbose($"The answer to an earlier request to create '{name}' was lost; the table is there.");
        }

        output.Verbose($"Created table '{name}'; waiting until it is active.");
    }

    /// <summary>Tells whether a table that is there was created by an earlier attempt of ours: there was none before, and it is as young as that attempt.</summary>
    private async Task<bool> IsOursAsync(DateTimeOffset began, CancellationToken cancellationToken)
    {
        var table = await new TableReader(connection, output, patient: true).FindAsync(name, cancellationToken);
        return table?.Table.Child("CreationDateTime") is { ValueKind: JsonValueKind.Number } created
            && created.GetDouble() >= (began - ClockDifference).ToUnixTimeMilliseconds() / 1000.0;
    }

    /// <summary>No refusal tells which setting it means: leaves out each one alone, then more and more of them.</summary>
    private async Task<TableBlueprint> FindOutAsync(TableBlueprint blueprint, DynamoBackupException refusal, CancellationToken cancellationToken)
    {
        var present = Optional.Select(optional => optional.Setting).Where(setting => IsIn(blueprint, setting)).ToList();
        foreach (var setting in present)
        {
            if (await WithoutAsync(blueprint, [setting], refusal, cancellationToken) is { } taken)
                return taken;
        }

        for (var count = 2; count <= present.Count; count++)
        {
            if (await WithoutAsync(blueprint, present[..count], refusal, cancellationToken) is { } taken)
                return taken;
        }

        throw refusal;
    }

    private async Task<TableBlueprint?> WithoutAsync(TableBlueprint blueprint, IReadOnlyList<TableSetting> settings, DynamoBackupException refusal, CancellationToken cancellationToken)
    {
        var reduced = blueprint.Copy();
        foreach (var setting in settings)
            reduced.Remove(setting);
        try
        {
            await SendAsync(reduced, cancellationToken);
        }
        catch (DynamoBackupException exception) when (MayConcernASetting(exception))
        {
            output.Verbose($"'{name}' cannot be created without {string.Join(", ", settings)} either: {exception.Message}");
            return null;
        }

        foreach (var setting in settings)
            Tell(setting, refusal);
        return reduced;
    }

    private void LeaveOut(TableBlueprint blueprint, TableSetting setting, DynamoBackupException refusal)
    {
        // AWS's own key is not named, though described by its ARN: without the key it may come out as it was.
        if (setting == TableSetting.Encryption && blueprint.Section(setting)!.Remove("KMSMasterKeyId"))
        {
            report.Suspect(setting.ToString(), refusal.Message);
            return;
        }

        blueprint.Remove(setting);
        Tell(setting, refusal);
    }

    private void Tell(TableSetting setting, DynamoBackupException refusal) => report.NotRestored(setting.ToString(), setting.ToString(), refusal.Message);

    private TableSetting? Meant(DynamoBackupException refusal, TableBlueprint blueprint)
    {
        var said = ((refusal.InnerException as AmazonServiceException)?.Message ?? refusal.Message).Replace(name, "", StringComparison.Ordinal);
        foreach (var (setting, words) in Optional)
        {
            if (IsIn(blueprint, setting) && words.Any(word => said.Contains(word, StringComparison.OrdinalIgnoreCase)))
                return setting;
        }

        return null;
    }

    /// <summary>On-demand limits and warm throughput may be those of an index alone.</summary>
    private static bool IsIn(TableBlueprint blueprint, TableSetting setting) =>
        blueprint.Has(setting) || blueprint.Indexes(TableBlueprint.GlobalIndexes).Any(index => index.Index.ContainsKey(setting.ToString()));

    private static bool MayConcernASetting(DynamoBackupException refusal) =>
        refusal.Code is BackupErrorCode.RequestRefused or BackupErrorCode.LimitExceeded or BackupErrorCode.Unexpected
        || (refusal.Code == BackupErrorCode.AccessDenied && !refusal.Message.Contains("perform: dynamodb:CreateTable", StringComparison.Ordinal));
}

using System.Diagnostics;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;
using DynamoBackup.Manifests;

namespace DynamoBackup.Tables;

/// <summary>Creates one table from a blueprint, puts back what comes after the items, and compares the result with what it should be.</summary>
internal sealed class TableProvisioner
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>How often differences in what the service has just taken are looked at again: its descriptions are eventually consistent.</summary>
    private const int Looks = 5;

    private readonly DynamoConnection _connection;
    private readonly string _name;
    private readonly TableBlueprint _wanted;
    private readonly IRunOutput _output;
    private readonly SettingReport _report;
    private readonly TableChanges _changes;

    /// <summary>A provisioner for one table.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="name">The new table's name.</param>
    /// <param name="wanted">What the table should be.</param>
    /// <param name="output">Told what is done, and warned of what could not be.</param>
    public TableProvisioner(DynamoConnection connection, string name, TableBlueprint wanted, IRunOutput output)
    {
        _connection = connection;
        _name = name;
        _wanted = wanted;
        _output = output;
        _report = new SettingReport(name, output);
        _changes = new TableChanges(connection, name, _report, output);
    }

    /// <summary>What could not be put back.</summary>
    public IReadOnlyList<Finding> Findings => _report.Findings;

    /// <summary>Asks for the table to be created; it is not active yet when this returns.</summary>
    /// <exception cref="DynamoBackupException">The table exists, or the definition or a limit stands in the way.</exception>
    public async Task CreateAsync(CancellationToken cancellationToken) => await new TableCreator(_connection, _name, _report, _output).CreateAsync(_wanted, cancellationToken);

    /// <summary>Waits until the table and its indexes are active.</summary>
    public Task WaitUntilActiveAsync(CancellationToken cancellationToken) => _changes.WaitUntilActiveAsync(cancellationToken);

    /// <summary>Deletes the table, which this run created.</summary>
    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _connection.CallAsync(() => _connection.Client.DeleteTableAsync(new DeleteTableRequest(_name), cancellationToken), "delete the table", _name, _output, cancellationToken);
        }
        catch (DynamoBackupException exception) when (exception.Code is BackupErrorCode.TableNotFound or BackupErrorCode.TableNotReady)
        {
            // An earlier attempt may have deleted it, and its answer was lost.
            if (await new TableReader(_connection, _output, patient: true).FindAsync(_name, cancellationToken) is { Status: not "DELETING" })
                throw;
        }
    }

    /// <summary>Puts back what comes after the items; then whatever still differs becomes a finding. All items are there, so nothing here fails the restore.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        foreach (var (setting, reason) in _wanted.OutOfReach)
            _report.NotRestored($"{setting} out of reach", setting.ToString(), reason, FindingSeverity.Information);
        try
        {
            var reader = new TableReader(_connection, _output, patient: true);
            var found = await reader.DescribeInFullAsync(_name, cancellationToken);
            await new TableFinisher(_connection, _name, Remaining(), _changes, _output).RunAsync(TableBlueprint.Of(found), cancellationToken);
            await CompareAsync(reader, cancellationToken);
        }
        catch (DynamoBackupException exception)
        {
            _report.NotRestored("settings", "All settings", $"the table could not be looked at to the end: {exception.Message}");
        }
    }

    /// <summary>What has been refused already is not tried again.</summary>
    private TableBlueprint Remaining()
    {
        var remaining = _wanted.Copy();
        if (_report.IsTold(nameof(TableSetting.Tags)))
            remaining.Remove(TableSetting.Tags);
        return remaining;
    }

    private async Task CompareAsync(TableReader reader, CancellationToken cancellationToken)
    {
        var waiting = Stopwatch.StartNew();
        var pause = FirstPause;
        for (var look = 1; ; look++)
        {
            var found = await reader.DescribeInFullAsync(_name, cancellationToken);
            var unread = (found.Recorded.NotRead ?? []).Where(setting => setting.Cause != SidecarNotRead.OtherService).Select(setting => setting.Setting!).ToHashSet(StringComparer.Ordinal);
            var differences = DefinitionComparison.Compare(_wanted, TableBlueprint.Of(found)).Where(difference => !_report.IsTold(difference.Section)).ToList();
            var mayStillCome = differences.Any(difference => _changes.Accepted.Contains(difference.Section) && !unread.Contains(difference.Section)) && look < Looks;
            if (mayStillCome || (IsSettling(found) && waiting.Elapsed < _connection.Patience))
            {
                await Task.Delay(pause, cancellationToken);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                continue;
            }

            differences.ForEach(difference => Tell(difference, unread));
            return;
        }
    }

    private void Tell(SettingDifference difference, HashSet<string> unread)
    {
        if (!unread.Contains(difference.Section) || _report.IsSuspect(difference.Section))
        {
            _report.NotRestored(difference.Section, difference.What, $"it should be {difference.Wanted}, but in the new table it {(unread.Contains(difference.Section) ? "cannot be read" : $"is {difference.Found}")}.");
            return;
        }

        var detail = $"{difference.What} was set to {difference.Wanted}, but could not be read back.";
        _report.Note(new Finding(FindingSeverity.Information, FindingKind.SettingNotRead, _name, detail, "Look at the table, where it matters."));
        _output.Verbose($"'{_name}': {detail}");
    }

    /// <summary>Kinesis destinations and Contributor Insights are turned on in the background, and may fail there.</summary>
    private static bool IsSettling(TableDefinition table) =>
        (table.Recorded.KinesisDataStreamDestinations is { ValueKind: System.Text.Json.JsonValueKind.Array } destinations && destinations.EnumerateArray().Any(destination => destination.Text("DestinationStatus") is "ENABLING" or "UPDATING"))
        || (table.Recorded.ContributorInsights ?? []).Any(insights => insights.Text("ContributorInsightsStatus") == "ENABLING");
}

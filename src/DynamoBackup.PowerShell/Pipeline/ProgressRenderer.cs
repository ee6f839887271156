using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;

namespace DynamoBackup.PowerShell.Pipeline;

/// <summary>Turns engine progress into PowerShell's nested records: one for the command, below it one for the table at work.</summary>
internal sealed class ProgressRenderer(EngineCmdlet cmdlet, string activity)
{
    private const int RunActivity = 0x0D8B;
    private const int TableActivity = RunActivity + 1;
    private ProgressRecord? _run;
    private ProgressRecord? _table;
    private readonly List<string> _tables = [];

    /// <summary>Shows how far the table at work is.</summary>
    public void Show(BackupProgress progress)
    {
        if (!_tables.Contains(progress.TableName))
            _tables.Add(progress.TableName);
        _run ??= new ProgressRecord(RunActivity, activity, " ");
        _run.StatusDescription = string.Create(CultureInfo.InvariantCulture, $"Table {_tables.IndexOf(progress.TableName) + 1}: {progress.TableName}");
        cmdlet.WriteProgress(_run);

        _table = new ProgressRecord(TableActivity, $"{progress.Stage} {progress.TableName}", Describe(progress))
        {
            ParentActivityId = RunActivity,
            PercentComplete = progress.PercentComplete ?? -1,
            SecondsRemaining = progress.SecondsRemaining ?? -1,
        };
        cmdlet.WriteProgress(_table);
    }

    /// <summary>Takes the table's record away.</summary>
    public void CompleteTable() => Complete(ref _table);

    /// <summary>Takes both records away.</summary>
    public void CompleteAll()
    {
        CompleteTable();
        Complete(ref _run);
    }

    private static string Describe(BackupProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"{progress.ItemsDone:N0} items, {progress.ItemsPerSecond:N0} items/s, {progress.BytesPerSecond / 1e6:N1} MB/s{(progress.Lag is { } lag ? $", {Math.Max(0, lag.TotalSeconds):N0} s behind" : "")}");

    private void Complete(ref ProgressRecord? record)
    {
        if (record is null)
            return;
        record.RecordType = ProgressRecordType.Completed;
        try
        {
            cmdlet.WriteProgress(record);
        }
        catch (PipelineStoppedException stopped)
        {
            // The host removes a stopped pipeline's records itself; the exception that stopped it must not be replaced by this one.
            Trace.WriteLine(stopped.Message);
        }
        finally
        {
            record = null;
        }
    }
}

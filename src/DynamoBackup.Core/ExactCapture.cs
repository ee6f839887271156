using DynamoBackup.Changes;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>
/// Captures what changes in a table while a full backup of it is read, so that both together are its state at one instant. What fails here makes the backup fuzzy, with the reason told, and
/// never fails it.
/// </summary>
internal sealed class ExactCapture : IAsyncDisposable
{
    /// <summary>
    /// How much older an eventually consistent read may be than what the stream shows. DynamoDB says that replicas are usually alike within a second (source: Amazon DynamoDB Developer Guide, "DynamoDB
    /// read consistency"); this is far more.
    /// </summary>
    private static readonly TimeSpan LeastLead = TimeSpan.FromMinutes(1);

    /// <summary>Servers' clocks may differ by this much.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromSeconds(1);

    private readonly BackupRequest _request;
    private readonly TableDefinition _table;
    private readonly TableStream _stream;
    private readonly StreamConnection _connection;
    private readonly StreamCapture _capture;
    private readonly StreamPosition _from;
    private readonly DateTimeOffset _started;
    private readonly Increment _increment;
    private readonly IRunOutput _output;
    private readonly CancellationTokenSource _ending;
    private readonly Task<CaptureResult> _running;

    private ExactCapture(BackupRequest request, TableDefinition table, TableStream stream, StreamConnection connection, StreamCapture capture, DateTimeOffset started, StoreGroup stores, IRunOutput output, CancellationToken cancellationToken)
    {
        _request = request;
        _table = table;
        _stream = stream;
        _connection = connection;
        _capture = capture;
        _from = capture.Position;
        _started = started;
        _increment = new Increment(stores, table.Name, request, output);
        _output = output;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = capture.RunAsync(_increment.TakeAsync, _ending.Token);
    }

    /// <summary>Where the capture began, to be kept for a run that goes on.</summary>
    public SidecarStream Place => new() { Arn = _stream.Arn, ViewType = _stream.ViewType, From = StreamPlace.Write(_from) };

    /// <summary>When it began, by the service's clock; of a backup that several runs have made, when the first one began.</summary>
    public DateTimeOffset Started => _started;

    /// <summary>Begins to read the table's stream.</summary>
    /// <param name="request">What is backed up.</param>
    /// <param name="table">The table.</param>
    /// <param name="start">Where the backup begins.</param>
    /// <param name="stores">Where the changes go.</param>
    /// <param name="output">Where the run tells what it does.</param>
    /// <param name="cancellationToken">Ends the capture.</param>
    /// <returns>The capture, or why there is none; neither where the table has no stream.</returns>
    public static async Task<(ExactCapture? Capture, string? NotExactBecause)> BeginAsync(
        BackupRequest request, TableDefinition table, BackupStart start, StoreGroup stores, IRunOutput output, CancellationToken cancellationToken)
    {
        if (TableStream.Of(table) is not { } stream)
            return (null, start.Stream is null ? null : "the table's stream was turned off while it was made");
        if (request.NoStream)
            return (null, null);
        if (!stream.HasNewImages)
            return (null, $"the table's stream has view type {stream.ViewType}, which does not hold what items became");
        if (start.IsContinued && start.Stream is null)
            return (null, "the run that began it did not read the table's stream");
        var from = start.Stream is { } place ? StreamPlace.Read(place.Arn, place.From) : null;
        if (start.Stream is not null && from?.StreamArn != stream.Arn)
            return (null, "the table's stream was turned off and on again while it was made");
        var connection = StreamConnection.Open(request.Connection);
        try
        {
            var capture = await StreamCapture.BeginAsync(connection, stream.Arn, from, new CaptureOptions { Settle = request.StreamSettle }, output, cancellationToken);
            return (new ExactCapture(request, table, stream, connection, capture, start.CapturedFrom ?? capture.Started, stores, output, cancellationToken), null);
        }
        catch (Exception exception) when (exception is DynamoBackupException or StreamGapException)
        {
            connection.Dispose();
            return (null, Reason(exception));
        }
    }

    /// <summary>Waits until an eventually consistent scan may begin.</summary>
    public async Task LeadAsync(CancellationToken cancellationToken)
    {
        if (_request.ConsistentRead || _request.StreamLead <= TimeSpan.Zero)
            return;
        var left = _started + _request.StreamLead - _capture.ServerNow;
        if (left <= TimeSpan.Zero)
            return;
        _output.Verbose($"The scan begins in {left.TotalSeconds:0} s, when the stream has been read for {_request.StreamLead.TotalSeconds:0} s: whatever an eventually consistent read may miss is then in the stream. With -ConsistentRead there is no wait.");
        _output.Progress(new BackupProgress(_table.Name, "Capturing changes before scanning", 0, null, 0, null, TimeSpan.Zero));
        await Task.Delay(left, cancellationToken);
    }

    /// <summary>Ends the capture when all that changed during the scan has been read, and completes the increment that holds it.</summary>
    /// <param name="fullId">The full backup that it belongs to.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What the full backup's sidecar says.</returns>
    public async Task<Exactness> EndAsync(string fullId, CancellationToken cancellationToken)
    {
        try
        {
            var now = await _connection.GetTimeAsync(_stream.Arn, _output, cancellationToken);
            var end = DateTimeOffset.FromUnixTimeSeconds((now + ClockMargin).ToUnixTimeSeconds());
            _output.Verbose($"The table has been read; the stream is read on until every shard shows what is newer than {ManifestJson.Format(end)}, or nothing for {_request.StreamSettle.TotalSeconds:0} s.");
            _capture.EndAt(end);
            var result = await _running.WaitAsync(cancellationToken);
            if (result.IsOver)
                throw new StreamGapException(_stream.Arn, null, "the stream was turned off, and later changes are not in it");
            var margin = _capture.ServerNow - end;
            var stream = SidecarStreams.Describe(_stream, _table, _from, result, margin);
            if (!_request.ConsistentRead && _request.StreamLead < LeastLead)
                return new Exactness(null, _started, end, stream, $"the scan was eventually consistent and began {_request.StreamLead.TotalSeconds:0} s after the reading of the stream; {LeastLead.TotalSeconds:0} s make it exact");
            if (_increment.Taken == 0)
                return new Exactness(null, _started, end, stream, null);
            var draft = _increment.Draft(_table, fullId, SecondOf(_started), end, stream);
            var sealedIn = await _increment.SealAsync(draft, _table.Name, _table.Id, cancellationToken);
            _output.Verbose($"{_increment.Taken:N0} changes made while the table was read are stored as {_increment.Id}.");
            return new Exactness(sealedIn, _started, end, stream, null);
        }
        catch (Exception exception) when (exception is DynamoBackupException { Code: not BackupErrorCode.AccountingMismatch } or StreamGapException)
        {
            return new Exactness(null, _started, null, null, Reason(exception));
        }
    }

    /// <summary>Takes the increment away, sealed or not, where the full backup was not completed.</summary>
    public Task AbandonAsync(IEnumerable<IBackupStore> stores) => UnsealedBackup.RemoveAsync(stores, _increment.Folder, _output);

    /// <summary>Ends the capture; an increment that was not completed is taken away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _increment.DisposeAsync();
        _ending.Dispose();
        _connection.Dispose();
    }

    private static DateTimeOffset SecondOf(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());

    private static string Reason(Exception exception) => $"the table's stream could not be read: {(exception is StreamGapException gap ? gap.Reason : exception.Message.TrimEnd('.'))}";
}

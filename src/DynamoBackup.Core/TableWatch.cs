using System.Diagnostics;
using DynamoBackup.Aws;
using DynamoBackup.Tables;

namespace DynamoBackup;

/// <summary>A table during a run that may last for months: its settings change, its stream is turned off and on, it is deleted and created again.</summary>
/// <param name="request">What is backed up, and how.</param>
/// <param name="connection">The connection to DynamoDB.</param>
/// <param name="output">Told of settings that cannot be read again.</param>
/// <param name="age">For how long a definition counts as one of just now.</param>
internal sealed class TableWatch(BackupRequest request, DynamoConnection connection, IRunOutput output, TimeSpan age) : IDisposable
{
    private readonly SemaphoreSlim _looking = new(1);
    private DynamoBackupException? _missing;
    private long _seen;

    /// <summary>The table; null where there is none now.</summary>
    public TableDefinition? Table { get; private set; }

    /// <summary>Its stream; null where there is no table.</summary>
    public TableStream? Stream { get; private set; }

    /// <summary>The table, which must be there.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.TableNotFound"/>.</exception>
    public TableDefinition Require() => Table ?? throw new DynamoBackupException(_missing!.Code, _missing.Message, _missing.Target, _missing);

    /// <summary>Looks at the table and its stream, and turns that on where it is wanted.</summary>
    /// <exception cref="DynamoBackupException">The table is not ready, or has no usable stream.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            var table = await BackupRun.DescribeAsync(request, connection, output, cancellationToken);
            var isOff = TableStream.Of(table) is null;
            var stream = await new StreamSwitch(connection, output).RequireAsync(table, request.EnableStream, cancellationToken);
            // What is recorded has the stream that was turned on just now.
            if (isOff)
                table = await BackupRun.DescribeAsync(request, connection, output, cancellationToken);
            (Table, Stream, _seen) = (table, stream, Stopwatch.GetTimestamp());
        }
        catch (DynamoBackupException missing) when (missing.Code == BackupErrorCode.TableNotFound)
        {
            (Table, Stream, _missing) = (null, null, missing);
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>A table's definition as it is now, where what is known of it is not of just now.</summary>
    /// <param name="known">What is known of it.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    /// <returns>What is known, where the table is another one or cannot be described: the changes are those of the table that was.</returns>
    public async Task<TableDefinition> RefreshAsync(TableDefinition known, CancellationToken cancellationToken)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            if (Table is null || !IsSame(Table, known))
                return known;
            if (Stopwatch.GetElapsedTime(_seen) < age)
                return Table;
            _seen = Stopwatch.GetTimestamp();
            var now = await BackupRun.DescribeAsync(request, connection, output, cancellationToken);
            return IsSame(now, known) ? Table = now : known;
        }
        catch (DynamoBackupException exception)
        {
            output.Verbose($"The settings of '{known.Name}' cannot be read again, and are recorded as they were: {exception.Message}");
            return known;
        }
        finally
        {
            _looking.Release();
        }
    }

    /// <summary>Whether a table is no more: there is none of its name, or another one. What cannot be told is no.</summary>
    public async Task<bool> IsGoneAsync(TableDefinition known, CancellationToken cancellationToken)
    {
        try
        {
            return await new TableReader(connection, output, patient: true).FindAsync(known.Name, cancellationToken) is not { } now || !IsSame(now, known);
        }
        catch (DynamoBackupException exception)
        {
            output.Verbose($"Whether '{known.Name}' still exists cannot be told: {exception.Message}");
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _looking.Dispose();

    private static bool IsSame(TableDefinition one, TableDefinition other) =>
        one.Id is not null && other.Id is not null ? one.Id == other.Id : TableStream.TableCreated(one) == TableStream.TableCreated(other);
}

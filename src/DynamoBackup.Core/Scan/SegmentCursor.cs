using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;
using DynamoBackup.Wire;

namespace DynamoBackup.Scan;

/// <summary>Reads one segment of a parallel scan, page by page, as bytes.</summary>
/// <param name="connection">The connection.</param>
/// <param name="plan">How the table is scanned.</param>
/// <param name="segment">The segment.</param>
/// <param name="pace">What the segments share under a budget; null without one.</param>
/// <param name="output">Told about waits.</param>
internal sealed class SegmentCursor(DynamoConnection connection, ScanPlan plan, int segment, ScanPace? pace, IRunOutput output)
{
    private readonly WireExchange _exchange = new("Items")
    {
        Throttled = Throttling(pace, output),
        // Under a budget the SDK reads what each page has cost; there speed is not what is lacking.
        Repeats = pace is null,
    };
    private readonly SegmentPace? _page = pace is null ? null : new SegmentPace(pace);
    private CanonicalItem? _measured;
    private Dictionary<string, AttributeValue>? _lastKey = plan.Starts?[segment].Position.LastKey;
    private bool _ended = HasEnded(plan.Starts?[segment], pace);

    /// <summary>The segment's number.</summary>
    public int Segment => segment;

    /// <summary>Items read so far, those of an earlier run included.</summary>
    public long ItemsRead { get; private set; } = plan.Starts?[segment].Position.ItemsRead ?? 0;

    /// <summary>The next page; null at the segment's end. A page may be empty.</summary>
    public async Task<ScanPage?> NextAsync(CancellationToken cancellationToken)
    {
        if (_ended)
            return null;
        var request = new ScanRequest
        {
            TableName = plan.TableName,
            Segment = segment,
            TotalSegments = plan.Segments,
            ConsistentRead = plan.ConsistentRead,
            ExclusiveStartKey = _lastKey,
        };
        if (_page is not null)
            await PaceAsync(request, _page, pace!, cancellationToken);
        var (count, lastKey, units) = await ReadAsync(request, cancellationToken);
        if (count != _exchange.Elements.Count)
        {
            throw new DynamoBackupException(
                BackupErrorCode.AccountingMismatch,
                $"A page of segment {segment} says that it holds {count} items, but {_exchange.Elements.Count} were found in it. The endpoint or something before it alters responses; nothing of this run is kept.",
                plan.TableName);
        }

        _lastKey = lastKey is { Count: > 0 } ? lastKey : null;
        _ended = _lastKey is null;
        ItemsRead += _exchange.Elements.Count;
        if (_page is not null)
            Settle(units, _page, pace!);
        return new ScanPage(_exchange.Response, _exchange.Elements, new ScanPosition(_lastKey, ItemsRead));
    }

    private static bool HasEnded(SegmentStart? start, ScanPace? pace)
    {
        if (start is not { Ended: true })
            return false;
        pace?.End();
        return true;
    }

    /// <summary>Reads a page into the exchange. Pages behind the first mostly pass the SDK's pipeline by; it costs more than storing a small page.</summary>
    private async Task<(int? Count, Dictionary<string, AttributeValue>? LastKey, double? Units)> ReadAsync(ScanRequest request, CancellationToken cancellationToken)
    {
        if (_exchange.Template is not null && await connection.TryRepeatAsync(_exchange, ScanBody.Write(request), cancellationToken) && TryRead() is var (count, lastKey))
            return (count, lastKey, null);
        var response = await connection.CallAsync(
            () => _exchange.FlowThrough(() => connection.Client.ScanAsync(request, cancellationToken)),
            "scan the table", plan.TableName, output, cancellationToken);
        return (response.Count, response.LastEvaluatedKey, response.ConsumedCapacity?.CapacityUnits);
    }

    private (int? Count, Dictionary<string, AttributeValue>? LastKey)? TryRead()
    {
        try
        {
            return ScanBody.Read(_exchange.Hollow);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            // Not what Scan answers. The SDK reads the page again and says what is wrong with it.
            _exchange.Template = null;
            return null;
        }
    }

    private static Action? Throttling(ScanPace? pace, IRunOutput output) => pace is null ? null : () => pace.Budget.Throttled(output);

    private static async Task PaceAsync(ScanRequest request, SegmentPace page, ScanPace pace, CancellationToken cancellationToken)
    {
        page.Next();
        request.Limit = page.Limit;
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL;
        await pace.Budget.ReserveAsync(page.Estimate, cancellationToken);
    }

    private void Settle(double? told, SegmentPace page, ScanPace pace)
    {
        var consumed = told ?? pace.UnitsOf(Measure());
        pace.Budget.Settle(page.Estimate, consumed, output);
        page.Learn(_exchange.Elements.Count, consumed);
        if (_ended)
            pace.End();
    }

    /// <summary>The size of the page's items by DynamoDB's rules, for a server that does not tell what they cost.</summary>
    private long Measure()
    {
        _measured ??= new CanonicalItem();
        var bytes = 0L;
        foreach (var slice in _exchange.Elements)
        {
            var json = _exchange.Response.Span.Slice(slice.Start, slice.Length);
            try
            {
                _measured.Read(json);
                bytes += _measured.ItemBytes;
            }
            catch (InvalidItemException)
            {
                // Whoever reads the page says so; here it only counts as what was sent.
                bytes += json.Length;
            }
        }

        return bytes;
    }
}

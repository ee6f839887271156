using Amazon.DynamoDBv2.Model;
using DynamoBackup.Aws;

namespace DynamoBackup.Scan;

/// <summary>Reads one segment of a parallel scan, page by page, as bytes.</summary>
internal sealed class SegmentCursor(DynamoConnection connection, ScanPlan plan, int segment, IRunOutput output)
{
    private readonly WireExchange _exchange = new("Items");
    private Dictionary<string, AttributeValue>? _lastKey;
    private bool _ended;

    /// <summary>Items read so far.</summary>
    public long ItemsRead { get; private set; }

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
        var response = await connection.CallAsync(
            () => _exchange.FlowThrough(() => connection.Client.ScanAsync(request, cancellationToken)),
            "scan the table", plan.TableName, output, cancellationToken);

        if (response.Count != _exchange.Elements.Count)
        {
            throw new DynamoBackupException(
                BackupErrorCode.AccountingMismatch,
                $"A page of segment {segment} says that it holds {response.Count} items, but {_exchange.Elements.Count} were found in it. The endpoint or something before it alters responses; nothing of this run is kept.",
                plan.TableName);
        }

        _lastKey = response.LastEvaluatedKey is { Count: > 0 } key ? key : null;
        _ended = _lastKey is null;
        ItemsRead += _exchange.Elements.Count;
        return new ScanPage(_exchange.Response, _exchange.Elements);
    }
}

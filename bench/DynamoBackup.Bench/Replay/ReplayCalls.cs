using System.Text.Json;
using System.Text.Json.Nodes;

namespace DynamoBackup.Bench.Replay;

/// <summary>Answers DynamoDB's calls.</summary>
internal sealed class ReplayCalls(PageStore pages, ReplayStats stats)
{
    private const string TargetBeginning = "DynamoDB_20120810.";

    private static readonly DynamoAnswer EmptyPage = DynamoAnswer.Of([.. PageText.Head(0), .. PageText.End(0)]);

    private readonly ReplayTables _tables = new(pages.Items, pages.Bytes);

    /// <summary>Answers one.</summary>
    /// <param name="target">The header X-Amz-Target.</param>
    /// <param name="body">The request's body.</param>
    public DynamoAnswer Answer(string target, ReadOnlySpan<byte> body)
    {
        try
        {
            return target switch
            {
                TargetBeginning + "Scan" => Scan(ScanCall.Read(body)),
                TargetBeginning + "BatchWriteItem" => Write(body),
                _ => AnswerOther(target, body),
            };
        }
        catch (DynamoRefusal refusal)
        {
            stats.Refused();
            return DynamoAnswer.Of(refusal.ToJson(), 400);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            stats.Refused();
            return DynamoAnswer.Of(DynamoRefusal.Malformed(exception.Message).ToJson(), 400);
        }
    }

    private DynamoAnswer Scan(ScanCall call)
    {
        if (_tables.Find(call.Table) != ReplayTables.ReplayName)
            return Count(EmptyPage, 0);
        var slice = ScanSlice.Of(call, pages);
        if (call.CountOnly)
            return Count(DynamoAnswer.Of(PageText.CountOnly(slice.Count, slice.More ? (slice.Page * pages.ItemsPerPage) + slice.First + slice.Count - 1 : null)), slice.Count);
        if (slice.Count == 0)
            return Count(EmptyPage, 0);
        if (pages.Find(slice.Page) is { } page && slice.Count == page.Count)
            return Count(DynamoAnswer.Of(page, slice.More), slice.Count);
        var (rented, length) = pages.Write(slice);
        return Count(DynamoAnswer.OfRented(rented, length), slice.Count);
    }

    private DynamoAnswer Count(DynamoAnswer answer, int items)
    {
        stats.Scanned(items, answer.Length);
        return answer;
    }

    private DynamoAnswer Write(ReadOnlySpan<byte> body)
    {
        var call = WriteCall.Read(body);
        stats.Wrote(_tables.Find(call.Table), call.Puts, body.Length);
        return call.WantsUnits ? Consumed(call, body.Length) : DynamoAnswer.AllWritten;
    }

    /// <summary>What a batch is answered with that asks for its units: one an item for each KB that the batch's items have on average, rounded up.</summary>
    private DynamoAnswer Consumed(WriteCall call, int bytes)
    {
        var operations = call.Puts + call.Deletes;
        return DynamoAnswer.Of(new JsonObject
        {
            ["UnprocessedItems"] = new JsonObject(),
            ["ConsumedCapacity"] = new JsonArray(new JsonObject
            {
                ["TableName"] = _tables.Find(call.Table),
                ["CapacityUnits"] = operations * ((bytes / operations / 1_024) + 1.0),
            }),
        });
    }

    private DynamoAnswer AnswerOther(string target, ReadOnlySpan<byte> body)
    {
        stats.Other();
        if (!target.StartsWith(TargetBeginning, StringComparison.Ordinal))
            throw DynamoRefusal.Unknown();
        var reader = new Utf8JsonReader(body);
        var request = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("The request is no object.");
        return DynamoAnswer.Of(_tables.Answer(target[TargetBeginning.Length..], request));
    }
}

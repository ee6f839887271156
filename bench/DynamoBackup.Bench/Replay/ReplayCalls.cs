using System.Buffers;
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
    public DynamoAnswer Answer(string target, ReadOnlySequence<byte> body)
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

    private DynamoAnswer Write(ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment)
            return Write(body.FirstSpan);
        var length = (int)body.Length;
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            body.CopyTo(rented);
            return Write(rented.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private DynamoAnswer Write(ReadOnlySpan<byte> body)
    {
        var call = WriteCall.Read(body);
        stats.Wrote(_tables.Find(call.Table), call.Puts, body.Length);
        return DynamoAnswer.AllWritten;
    }

    private DynamoAnswer AnswerOther(string target, ReadOnlySequence<byte> body)
    {
        stats.Other();
        if (!target.StartsWith(TargetBeginning, StringComparison.Ordinal))
            throw DynamoRefusal.Unknown();
        var reader = new Utf8JsonReader(body);
        var request = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException("The request is no object.");
        return DynamoAnswer.Of(_tables.Answer(target[TargetBeginning.Length..], request));
    }
}

using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace DynamoBackup.Testing;

/// <summary>One request and its response on their way through the proxy, for a hook to look at and to meddle with.</summary>
public sealed class ProxyExchange
{
    private const string CrcHeader = "x-amz-crc32";
    private const string RequestIdHeader = "x-amzn-RequestId";

    // An item's 32 levels are twice as many in DynamoDB JSON, and a request adds its own.
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 256 };
    internal static readonly JsonSerializerOptions DeepWriting = new() { MaxDepth = 256 };

    internal ProxyExchange(int number, int operationNumber, string operation, string method, string target, byte[] body, CancellationToken gone)
    {
        (Number, OperationNumber, Operation, Method, Target, RequestBody, Gone) = (number, operationNumber, operation, method, target, body, gone);
    }

    /// <summary>Counts all requests, from 1.</summary>
    public int Number { get; }

    /// <summary>Counts the requests of this operation, from 1.</summary>
    public int OperationNumber { get; }

    /// <summary>The part of X-Amz-Target after the dot, such as <c>Scan</c>; where there is none, the name of S3's operation, such as <c>UploadPart</c>.</summary>
    public string Operation { get; }

    public string Method { get; }

    /// <summary>Path and query as they stand in the request line.</summary>
    public string Target { get; }

    public IHeaderDictionary RequestHeaders { get; } = new HeaderDictionary();

    /// <summary>The request's body; what OnRequest leaves here is forwarded.</summary>
    public byte[] RequestBody { get; set; }

    /// <summary>Cancelled when the client has gone away or the proxy stops. For delays: <c>Task.Delay(time, exchange.Gone)</c>.</summary>
    public CancellationToken Gone { get; }

    public int StatusCode { get; set; }

    public IHeaderDictionary ResponseHeaders { get; } = new HeaderDictionary();

    /// <summary>
    /// The response's body. Putting another array here makes its x-amz-crc32 right again, unless <see cref="KeepCrc"/>; changing bytes
    /// in place does not, as on a bad line.
    /// </summary>
    public byte[] ResponseBody
    {
        get;
        set
        {
            field = value;
            IsBodyReplaced = true;
        }
    }
    = [];

    /// <summary>Leaves x-amz-crc32 as it is, whatever happens to the body.</summary>
    public bool KeepCrc { get; set; }

    /// <summary>Promises the whole body, sends only so many bytes of it, and cuts the connection.</summary>
    public int? TruncateAt { get; set; }

    /// <summary>Sends so many bytes of the body, and then nothing until the client goes away.</summary>
    public int? StallAt { get; set; }

    /// <summary>Sends a part of the answer's headers and cuts the connection.</summary>
    public bool CutInHeaders { get; set; }

    /// <summary>Sends the body in pieces of this size, with a pause of <see cref="PiecePause"/> after each.</summary>
    public int? PieceSize { get; set; }

    public TimeSpan PiecePause { get; set; }

    /// <summary>What a hook on the way to the server keeps for the way back.</summary>
    internal JsonNode? Note { get; set; }

    internal bool IsAnswered { get; private set; }

    internal bool IsAborted { get; private set; }

    private bool IsBodyReplaced { get; set; }

    /// <summary>The request's body as JSON.</summary>
    public JsonNode RequestJson() => JsonNode.Parse(RequestBody, documentOptions: Deep)!;

    /// <summary>The response's body as JSON. Put a changed one back with <see cref="ReplaceResponse(JsonNode)"/>.</summary>
    public JsonNode ResponseJson() => JsonNode.Parse(ResponseBody, documentOptions: Deep)!;

    public void ReplaceRequest(JsonNode json) => RequestBody = Encoding.UTF8.GetBytes(json.ToJsonString(DeepWriting));

    public void ReplaceResponse(JsonNode json) => ResponseBody = Encoding.UTF8.GetBytes(json.ToJsonString(DeepWriting));

    /// <summary>Answers in place of the server: in OnRequest nothing is forwarded, in OnResponse the server's own answer is dropped.</summary>
    public void Respond(ProxyAnswer answer)
    {
        IsAnswered = true;
        StatusCode = answer.StatusCode;
        ResponseHeaders.Clear();
        ResponseHeaders.ContentType = answer.ContentType;
        ResponseHeaders[RequestIdHeader] = $"PROXY{Number:d8}";
        ResponseHeaders[CrcHeader] = "";
        ResponseBody = answer.Body;
    }

    /// <summary>Cuts the connection without any answer.</summary>
    public void Abort() => IsAborted = true;

    /// <summary>Sends an x-amz-crc32 that does not fit the body.</summary>
    public void CorruptCrc()
    {
        KeepCrc = true;
        ResponseHeaders[CrcHeader] = (Crc32.HashToUInt32(ResponseBody) ^ 1).ToString(CultureInfo.InvariantCulture);
    }

    internal void SetUpstreamResponse(int statusCode, byte[] body)
    {
        StatusCode = statusCode;
        ResponseBody = body;
        IsBodyReplaced = false;
    }

    internal void Seal()
    {
        if (IsBodyReplaced && !KeepCrc && ResponseHeaders.ContainsKey(CrcHeader))
            ResponseHeaders[CrcHeader] = Crc32.HashToUInt32(ResponseBody).ToString(CultureInfo.InvariantCulture);
    }
}

namespace DynamoBackup.Testing;

/// <summary>S3's operations have no names on the wire; method, path and query tell which one a request is.</summary>
internal static class S3Operation
{
    public static string NameOf(string method, string target)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
        var names = query.Split('&').Select(pair => pair.Split('=')[0]).ToHashSet(StringComparer.Ordinal);
        var isObject = path.Trim('/').Contains('/', StringComparison.Ordinal);
        return (method, isObject) switch
        {
            ("PUT", true) => names.Contains("uploadId") ? "UploadPart" : "PutObject",
            ("POST", true) => names.Contains("uploadId") ? "CompleteMultipartUpload" : "CreateMultipartUpload",
            ("DELETE", true) => names.Contains("uploadId") ? "AbortMultipartUpload" : "DeleteObject",
            ("GET", true) => "GetObject",
            ("HEAD", true) => "HeadObject",
            ("GET", false) when names.Contains("list-type") => "ListObjectsV2",
            _ => $"{method} {(isObject ? "object" : "bucket")}",
        };
    }
}

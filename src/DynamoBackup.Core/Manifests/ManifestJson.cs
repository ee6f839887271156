using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DynamoBackup.Manifests;

/// <summary>How manifests are read and written as JSON.</summary>
internal static class ManifestJson
{
    private const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Manifest lines and the summary: AWS writes them on one line each.</summary>
    public static ManifestJsonContext Compact { get; } = new(Options(indented: false));

    /// <summary>The sidecar: people look into it.</summary>
    public static ManifestJsonContext Indented { get; } = new(Options(indented: true));

    /// <summary>An instant as text.</summary>
    public static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString(InstantFormat, CultureInfo.InvariantCulture);

    /// <summary>Text as an instant in UTC; null where it is none.</summary>
    public static DateTime? ParseInstant(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant.UtcDateTime : null;

    private static JsonSerializerOptions Options(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = indented,
        // The files are never put into HTML; escaped quotes and plus signs would only make base64 unreadable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

/// <summary>Serializers made at compile time, so that the first cmdlet starts fast.</summary>
[JsonSerializable(typeof(ManifestSummary))]
[JsonSerializable(typeof(ManifestFileLine))]
[JsonSerializable(typeof(Sidecar))]
internal sealed partial class ManifestJsonContext : JsonSerializerContext;

using System.Text;

namespace DynamoBackup.Stores.S3;

/// <summary>
/// A place in a bucket, as <c>s3://bucket/prefix</c> says it: what stands there is meant literally, as the AWS CLI takes it.
/// </summary>
internal sealed class S3Location
{
    private const string Scheme = "s3://";

    /// <summary>A key has at most 1,024 bytes (source: Amazon S3 User Guide, "Naming Amazon S3 objects"); a backup's own names need up to 340 of them.</summary>
    private const int MaxPrefixBytes = 640;

    private S3Location(string bucket, string prefix)
    {
        Bucket = bucket;
        Prefix = prefix;
    }

    /// <summary>The bucket.</summary>
    public string Bucket { get; }

    /// <summary>What stands before every name, without a slash at its end; empty for the bucket's root.</summary>
    public string Prefix { get; }

    /// <summary>Tells whether a location means S3.</summary>
    public static bool IsOne(string location) => location.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a location.</summary>
    /// <exception cref="DynamoBackupException"><see cref="BackupErrorCode.InvalidLocation"/>.</exception>
    public static S3Location Parse(string location)
    {
        var rest = location[Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (bucket, prefix) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..]);
        if (prefix.EndsWith('/'))
            prefix = prefix[..^1];
        if (bucket.Length == 0)
            throw StoreLocation.Invalid(location, "it names no bucket");
        if (WhyNoBucket(bucket) is { } noBucket)
            throw StoreLocation.Invalid(location, $"'{bucket}' is not a bucket's name: {noBucket}");
        if (WhyNoPrefix(prefix) is { } noPrefix)
            throw StoreLocation.Invalid(location, noPrefix);
        return new S3Location(bucket, prefix);
    }

    /// <summary>The key of an object.</summary>
    /// <param name="name">Its name in the store.</param>
    public string KeyOf(string name) => StoreKey.Join(Prefix, StoreKey.Validate(name));

    /// <summary>What the keys of all objects below a folder begin with.</summary>
    /// <param name="folder">The folder's name in the store; empty for the root.</param>
    public string Below(string folder)
    {
        var path = folder.Length == 0 ? Prefix : KeyOf(folder);
        return path.Length == 0 ? "" : path + "/";
    }

    /// <summary>The one spelling of this location.</summary>
    public override string ToString() => Scheme + StoreKey.Join(Bucket, Prefix);

    /// <summary>Source: Amazon S3 User Guide, "General purpose bucket naming rules".</summary>
    private static string? WhyNoBucket(string name)
    {
        if (name.Length is < 3 or > 63)
            return "it has 3 to 63 characters";
        if (!name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '.'))
            return "it has only small letters, digits, hyphens and dots";
        if (!char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
            return "it begins and ends with a letter or a digit";
        return name.Contains("..", StringComparison.Ordinal) || System.Net.IPAddress.TryParse(name, out _)
            ? "it has no two dots in a row and is not an IP address"
            : null;
    }

    private static string? WhyNoPrefix(string prefix)
    {
        if (prefix.Length == 0)
            return null;
        if (prefix.Contains('?', StringComparison.Ordinal) || prefix.Contains('#', StringComparison.Ordinal))
            return "an S3 location has no part behind '?' or '#'; how to reach the store is said by parameters such as -StoreRegion";
        if (!StoreKey.IsSafe(prefix))
            return "its prefix has an empty part, one that begins with a dot, or a backslash, colon or control character";
        return Encoding.UTF8.GetByteCount(prefix) > MaxPrefixBytes ? $"its prefix is longer than {MaxPrefixBytes} bytes" : null;
    }
}

namespace DynamoBackup.Testing;

/// <summary>What an export is of, and how DynamoDB wrote it.</summary>
public sealed record AwsExportOptions
{
    public ExportKind Kind { get; init; }

    public string TableArn { get; init; } = "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog";

    /// <summary>14 digits (milliseconds since the Unix epoch), a hyphen, 8 hexadecimal digits; null makes one of the start time and the seed.</summary>
    public string? ExportId { get; init; }

    /// <summary>When it was asked for; everything else happens minutes later.</summary>
    public DateTimeOffset Start { get; init; } = new(2020, 11, 4, 7, 28, 34, 28, TimeSpan.Zero);

    public string Bucket { get; init; } = "ddb-productcatalog-export";

    /// <summary>The prefix that was given when the export was asked for; null where none was.</summary>
    public string? Prefix { get; init; }

    /// <summary>A key of KMS's; null encrypts by AES256.</summary>
    public string? KmsKeyId { get; init; }

    public long BilledSizeBytes { get; init; } = 4096;

    /// <summary>Writes <c>manifest-*.checksum</c>, as the documentation has it, where exports have <c>manifest-*.md5</c>.</summary>
    public bool DocumentedChecksumNames { get; init; }

    /// <summary>Adds the fields of newer exports, exportType and outputView, to a full export's summary.</summary>
    public bool NewerFields { get; init; }

    /// <summary>When the changes of an incremental export begin, inclusive; null for a day before the end.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When they end, exclusive; null for <see cref="Start"/>.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The images in an incremental export.</summary>
    public string View { get; init; } = ExportChange.NewAndOldImages;

    /// <summary>The id of the table that is exported.</summary>
    public string TableId { get; init; } = "12345a12-abcd-123a-ab12-1234abc12345";

    /// <summary>Names, etags and ids come from it: the same options make the same bytes.</summary>
    public int Seed { get; init; } = 1;
}

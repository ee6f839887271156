using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using DynamoBackup.Core.Tests.Stores;
using DynamoBackup.Manifests;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Exports;

/// <summary>The fixtures are what AWS documents, or the tests that stand on them prove nothing.</summary>
public sealed class AwsExportWriterTests
{
    private const string Id = "01234567890123-a1b2c3d4";
    private static readonly string[] TwoItems = ["""{"Id":{"N":"1"}}""", """{"Id":{"N":"2"}}"""];

    [Fact]
    public void A_full_exports_summary_is_that_of_AWSs_documentation()
    {
        var export = AwsExport.Create(new() { ExportId = Id, Prefix = "2020-Nov", BilledSizeBytes = 0 }, Enumerable.Repeat(TwoItems, 4));
        Assert.Equal(
            """{"version":"2020-06-30","exportArn":"arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog/export/01234567890123-a1b2c3d4","""
            + "\"startTime\":\"2020-11-04T07:28:34.028Z\",\"endTime\":\"2020-11-04T07:33:43.897Z\","
            + "\"tableArn\":\"arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog\",\"tableId\":\"12345a12-abcd-123a-ab12-1234abc12345\","
            + "\"exportTime\":\"2020-11-04T07:28:34.028Z\",\"s3Bucket\":\"ddb-productcatalog-export\",\"s3Prefix\":\"2020-Nov\","
            + "\"s3SseAlgorithm\":\"AES256\",\"s3SseKmsKeyId\":null,"
            + "\"manifestFilesS3Key\":\"2020-Nov/AWSDynamoDB/01234567890123-a1b2c3d4/manifest-files.json\","
            + "\"billedSizeBytes\":0,\"itemCount\":8,\"outputFormat\":\"DYNAMODB_JSON\"}",
            Text(export, "2020-Nov/AWSDynamoDB/01234567890123-a1b2c3d4/manifest-summary.json"));
    }

    [Fact]
    public void A_line_of_the_files_manifest_has_AWSs_fields_and_values()
    {
        var export = AwsExport.Create(new() { ExportId = Id }, [["""{"Id":{"N":"1"}}"""]]);
        var bytes = export.Objects[export.DataKeys[0]];
        Assert.Matches("^AWSDynamoDB/01234567890123-a1b2c3d4/data/[a-z2-7]{26}\\.json\\.gz$", export.DataKeys[0]);
        Assert.Matches(
            $$"""^\{"itemCount":1,"md5Checksum":"{{System.Text.RegularExpressions.Regex.Escape(Convert.ToBase64String(MD5.HashData(bytes)))}}","etag":"[0-9a-f]{32}-1","dataFileS3Key":"{{export.DataKeys[0]}}"\}\n$""",
            Text(export, $"{export.Folder}/manifest-files.json"));
        Assert.Equal("{\"Item\":{\"Id\":{\"N\":\"1\"}}}\n", Unzip(bytes));
        Assert.Equal(Convert.ToBase64String(MD5.HashData(export.Objects[$"{export.Folder}/manifest-files.json"])), Text(export, $"{export.Folder}/manifest-files.md5"));
        Assert.Empty(export.Objects[$"{export.Folder}/_started"]);
    }

    [Fact]
    public void An_empty_partitions_file_is_a_gzip_stream_of_nothing()
    {
        var export = AwsExport.Create(new(), [[]]);
        var bytes = export.Objects[export.DataKeys[0]];
        Assert.Equal((20, ""), (bytes.Length, Unzip(bytes)));
    }

    [Fact]
    public void An_incremental_exports_data_lies_in_the_folder_that_exports_share()
    {
        var export = AwsExport.Create(new() { Kind = ExportKind.Incremental, ExportId = Id }, [["""{"Keys":{}}"""]]);
        Assert.StartsWith("AWSDynamoDB/data/", export.DataKeys[0], StringComparison.Ordinal);
        Assert.Contains("""
            "exportFromTime":"2020-11-03T07:28:34.028Z","exportToTime":"2020-11-04T07:28:34.028Z","s3Bucket"
            """, Text(export, $"{export.Folder}/manifest-summary.json"), StringComparison.Ordinal);
        Assert.EndsWith("""
            "outputView":"NEW_AND_OLD_IMAGES","exportType":"INCREMENTAL_EXPORT"}
            """, Text(export, $"{export.Folder}/manifest-summary.json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExportChange.NewAndOldImages)]
    [InlineData(ExportChange.NewImage)]
    public void An_incremental_export_has_one_line_for_each_item_that_is_not_as_it_was(string view)
    {
        const string Key = """{"Id":{"N":"1"}}""", Other = """{"Id":{"N":"2"}}""", Third = """{"Id":{"N":"3"}}""";
        var export = AwsExport.OfChanges(
            new() { ExportId = Id, View = view, From = new(2023, 8, 21, 0, 0, 0, TimeSpan.Zero), To = new(2023, 8, 22, 0, 0, 0, TimeSpan.Zero) },
            [
                new ExportChange(1, Key, null, Key), new(2, Other, """{"Id":{"N":"2"},"a":{"S":"1"}}""", null), new(3, Third, null, Third),
                new(4, Key, Key, """{"Id":{"N":"1"},"a":{"S":"2"}}"""), new(5, Third, Third, null),
            ],
            []);
        var old = view == ExportChange.NewImage ? "" : ",\"OldImage\":{\"Id\":{\"N\":\"2\"},\"a\":{\"S\":\"1\"}}";
        Assert.Equal(
            "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"4\"}},\"Keys\":{\"Id\":{\"N\":\"1\"}},\"NewImage\":{\"Id\":{\"N\":\"1\"},\"a\":{\"S\":\"2\"}}}\n"
            + "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"2\"}},\"Keys\":{\"Id\":{\"N\":\"2\"}}" + old + "}\n",
            Unzip(export.Objects[export.DataKeys[0]]));
        Assert.Equal("", Unzip(export.Objects[export.DataKeys[1]]));
        Assert.Contains("\"itemCount\":2,\"outputFormat\":\"DYNAMODB_JSON\",\"outputView\":\"" + view + "\"", Text(export, $"{export.Folder}/manifest-summary.json"), StringComparison.Ordinal);
        Assert.Contains("\"exportFromTime\":\"2023-08-21T00:00:00.000Z\",\"exportToTime\":\"2023-08-22T00:00:00.000Z\"", Text(export, $"{export.Folder}/manifest-summary.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_options_make_the_same_bytes()
    {
        var (first, second) = (AwsExport.Create(new(), [["{}"], []]), AwsExport.Create(new(), [["{}"], []]));
        Assert.Equal(first.Objects.Select(pair => (pair.Key, Convert.ToBase64String(pair.Value))), second.Objects.Select(pair => (pair.Key, Convert.ToBase64String(pair.Value))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2020-Nov")]
    [InlineData("exports/of/2020")]
    public async Task In_a_bucket_it_is_read_under_its_prefix(string? prefix)
    {
        var export = AwsExport.Create(new() { Prefix = prefix }, [["""{"Id":{"N":"1"}}"""], []]);
        var store = new MemoryStore();
        foreach (var (key, bytes) in export.Objects)
            store[key] = bytes;
        var backup = await BackupReader.ReadAsync(store, export.Folder, TestContext.Current.CancellationToken);
        Assert.NotNull(backup);
        Assert.Equal(FindingKind.SidecarMissing, Assert.Single(backup.Info.Findings).Kind);
        Assert.Equal(export.DataKeys, backup.Files.Select(file => file.Key));
    }

    private static string Text(AwsExport export, string key) => Encoding.UTF8.GetString(export.Objects[key]);

    private static string Unzip(byte[] bytes)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }
}

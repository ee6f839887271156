using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Core.Tests.Segments;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Exports;

/// <summary>What tests of AWS's exports share: exports of one small table, written into the test's store as a copy of the bucket.</summary>
public abstract class ExportTest(DynaliteFixture dynalite) : RunTest(dynalite)
{
    protected const string Table = "ProductCatalog";

    /// <summary>The definition of the table that the items are of, as DescribeTable's answer.</summary>
    protected const string Definition =
        """
        {"Table":{"TableName":"ProductCatalog","TableStatus":"ACTIVE","ItemCount":0,"CreationDateTime":1604474914.028,
        "KeySchema":[{"AttributeName":"Id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"Id","AttributeType":"N"}],
        "ProvisionedThroughput":{"ReadCapacityUnits":0,"WriteCapacityUnits":0},"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"}}}
        """;

    /// <summary>Forty items in four files, of which one is empty: the manifest has them in no order.</summary>
    protected static string[][] Files { get; } =
        [[.. SegmentSample.Items(17)], [], [.. SegmentSample.Items(3, 17)], [.. SegmentSample.Items(20, 20)]];

    /// <summary>The digest of these items.</summary>
    protected static string Digest { get; } = SegmentSample.Measure(Files.SelectMany(file => file)).Digest.ToString();

    /// <summary>Writes an export into the store and lists it.</summary>
    protected Task<BackupInfo> ExportAsync(AwsExportOptions? options = null) => ExportAsync(Files, options);

    protected async Task<BackupInfo> ExportAsync(IEnumerable<IEnumerable<string>> files, AwsExportOptions? options = null)
    {
        AwsExport.Create(options ?? new AwsExportOptions(), files).WriteTo(Store);
        return Assert.Single(await ListAsync());
    }

    /// <summary>A table with a key of one or two attributes, such as <c>Id N</c>.</summary>
    protected async Task<string> NewTableAsync(params string[] key)
    {
        var attributes = key.Select(text => text.Split(' ')).ToList();
        var name = DynaliteFixture.NewName("Target");
        await Dynalite.Client.CreateTableAsync(new CreateTableRequest
        {
            TableName = name,
            BillingMode = "PAY_PER_REQUEST",
            KeySchema = [.. attributes.Select((attribute, index) => new KeySchemaElement(attribute[0], index == 0 ? "HASH" : "RANGE"))],
            AttributeDefinitions = [.. attributes.Select(attribute => new AttributeDefinition(attribute[0], attribute[1]))],
        }, Cancellation);
        while ((await Dynalite.Client.DescribeTableAsync(name, Cancellation)).Table.TableStatus != "ACTIVE")
            await Task.Delay(20, Cancellation);
        return name;
    }

    protected async Task<long> CountAsync(string table)
    {
        var count = 0L;
        await foreach (var _ in SampleTables.ReadAsync(Dynalite.Client, table, Cancellation))
            count++;
        return count;
    }

    protected string PathOf(BackupInfo backup, string name) => Path.Combine([Store, .. backup.Path.Split('/'), .. name.Split('/')]);

    /// <summary>The first data file with items, by its name relative to the backup.</summary>
    protected string DataFileOf(BackupInfo backup, int index = 0) => LinesOf(backup)[index]["dataFileS3Key"]!.GetValue<string>().Split(backup.Id + "/")[1];

    /// <summary>The lines of the files manifest.</summary>
    protected JsonNode[] LinesOf(BackupInfo backup) =>
        [.. File.ReadAllLines(PathOf(backup, "manifest-files.json")).Select(line => JsonNode.Parse(line)!)];

    /// <summary>Changes a line of the files manifest, and makes its checksum right again.</summary>
    protected void EditLine(BackupInfo backup, int index, Action<JsonNode> change)
    {
        var lines = LinesOf(backup);
        change(lines[index]);
        var path = PathOf(backup, "manifest-files.json");
        File.WriteAllText(path, string.Concat(lines.Select(line => line.ToJsonString() + "\n")));
        File.WriteAllText(PathOf(backup, "manifest-files.md5"), Convert.ToBase64String(MD5.HashData(File.ReadAllBytes(path))));
    }
}

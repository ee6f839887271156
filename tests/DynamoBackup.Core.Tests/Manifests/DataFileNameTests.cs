using System.Text;
using System.Text.Json;
using CsCheck;
using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>A data file's key was written where the backup was made. Wherever the backup has been moved to since, it leads beside its manifest, or nowhere.</summary>
public sealed class DataFileNameTests
{
    private const string Id = "01700000000000-0a1b2c3d";

    [Theory]
    [InlineData("Orders/AWSDynamoDB/01700000000000-0a1b2c3d/data/x.json.gz")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/x.json.gz")]
    [InlineData("some/other/prefix/AWSDynamoDB/01700000000000-0a1b2c3d/data/x.json.gz")]
    [InlineData("AWSDynamoDB/01600000000000-ffffffff/copies/AWSDynamoDB/01700000000000-0a1b2c3d/data/x.json.gz")]
    [InlineData("präfix mit leerzeichen/AWSDynamoDB/01700000000000-0a1b2c3d/data/x.json.gz")]
    public void A_key_with_any_prefix_leads_to_the_file_beside_the_manifest(string key)
    {
        foreach (var folder in new[] { $"Orders/AWSDynamoDB/{Id}", $"AWSDynamoDB/{Id}", $"moved/here/AWSDynamoDB/{Id}", Id })
        {
            var (files, findings) = Read(folder, key);
            Assert.Empty(findings);
            var file = Assert.Single(files);
            Assert.Equal(("data/x.json.gz", folder + "/data/x.json.gz"), (file.Name, file.Key));
        }
    }

    [Theory]
    [InlineData("data/x.json.gz")]
    [InlineData("x.json.gz")]
    [InlineData("")]
    [InlineData("/AWSDynamoDB/01700000000000-0a1b2c3d/data/x.json.gz")]
    [InlineData("../AWSDynamoDB/01700000000000-0a1b2c3d/data/x.json.gz")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/../x.json.gz")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/..")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/sub/x.json.gz")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data//x.json.gz")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/.x.json.gz.0123abcd.tmp")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/\\\\server\\x.json.gz")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/C:x.json.gz")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/x\u001b[2J.json.gz")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/manifest-summary.json")]
    [InlineData("AWSDynamoDB/01700000000001-0a1b2c3d/data/x.json.gz")]
    [InlineData("AWSDynamoDB/data/x.json.gz")]
    [InlineData("awsdynamodb/01700000000000-0a1b2c3d/data/x.json.gz")]
    [InlineData("AWSDynamoDB\\01700000000000-0a1b2c3d\\data\\x.json.gz")]
    [InlineData("AWSDynamoDB/01700000000000-0a1b2c3d/data/x.json.gz/AWSDynamoDB/01600000000000-ffffffff/data/y.json.gz")]
    public void A_key_that_leads_elsewhere_is_refused_and_shown_harmlessly(string key)
    {
        var (files, findings) = Read($"Orders/AWSDynamoDB/{Id}", key);
        Assert.Empty(files);
        var finding = Assert.Single(findings);
        Assert.Equal((FindingSeverity.Error, FindingKind.UnsafePath, BackupLayout.FilesManifest), (finding.Severity, finding.Kind, finding.File));
        Assert.DoesNotContain(finding.Detail, char.IsControl);
    }

    [Fact]
    public void Whatever_a_manifest_says_no_file_outside_the_data_folder_is_named() =>
        Gen.OneOfConst("AWSDynamoDB", Id, "data", "x.json.gz", "..", ".", "/", "/", "/", "\\", ".x", "", "C:", "\0").Array[0, 14].Select(string.Concat<string>).Sample(
            key =>
            {
                var (files, findings) = Read($"Orders/AWSDynamoDB/{Id}", key);
                Assert.Equal(1, files.Count + findings.Count);
                foreach (var file in files)
                {
                    Assert.Matches($"^Orders/AWSDynamoDB/{Id}/data/[^/\\\\.][^/\\\\]*$", file.Key);
                    Assert.True(StoreKey.IsSafe(file.Key));
                }
            },
            iter: 20_000);

    private static (IReadOnlyList<DataFile> Files, List<Finding> Findings) Read(string folder, string key)
    {
        var findings = new List<Finding>();
        var line = JsonSerializer.Serialize(new { itemCount = 1, md5Checksum = "x", dataFileS3Key = key });
        return (new DataFileList(folder, null, findings).Read(Encoding.UTF8.GetBytes(line)), findings);
    }
}

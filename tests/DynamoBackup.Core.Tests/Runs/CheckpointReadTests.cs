using System.Text;
using DynamoBackup.Checkpoints;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A checkpoint may be cut, edited or made to do harm: it is used whole or not at all.</summary>
public sealed class CheckpointReadTests
{
    private const string Id = "01795383125482-2f0d84aa";
    private const string File = """{"name":"data/abcdefghijklmnopqrstuvwxyz.json.gz","md5":"AAAAAAAAAAAAAAAAAAAAAA==","sha256":"HASH","storedBytes":1,"rawBytes":2,"itemBytes":3,"writeUnits":4,"itemCount":5,"contentDigest":"v1:5:HASH"}""";
    private const string Segment = """{"after":{"pk":{"S":"a"}},"ended":false,"itemsRead":5,"files":[FILE]}""";
    private const string Whole = """{"schemaVersion":1,"revision":3,"backupId":"ID","tableArn":"arn:aws:dynamodb:us-east-1:1:table/Orders","startedUtc":"2026-03-01T00:00:00.000Z","parameters":{"consistentRead":true,"compression":"Gzip"},"lease":null,"segments":[SEGMENT]}""";

    [Fact]
    public void A_sound_checkpoint_is_read_and_its_files_are_as_they_were_written()
    {
        var (checkpoint, fault) = Read(Whole);
        Assert.Null(fault);
        var file = CheckpointJson.Restore(Assert.Single(Assert.Single(checkpoint!.Segments!).Files!));
        Assert.Equal((1L, 2L, 3L, 4L, 5L), (file.StoredBytes, file.RawBytes, file.ItemBytes!.Value, file.WriteUnits!.Value, file.Digest!.Count));
        Assert.Equal(5, file.ItemCount);
        var again = CheckpointJson.Read(CheckpointJson.Write(checkpoint), Id).Checkpoint;
        Assert.Equal(CheckpointJson.Write(checkpoint), CheckpointJson.Write(again!));
    }

    [Theory]
    [InlineData("\"storedBytes\":1", "\"storedBytes\":-1")]
    [InlineData("\"storedBytes\":1", "\"storedBytes\":9223372036854775807")]
    [InlineData("\"rawBytes\":2", "\"rawBytes\":1e400")]
    [InlineData("\"itemsRead\":5", "\"itemsRead\":-5")]
    [InlineData("v1:5:", "v1:9223372036854775807:")]
    [InlineData("v1:5:", "v2:5:")]
    [InlineData("data/abcdefghijklmnopqrstuvwxyz", "data/../../abcdefghijklmnopqrst")]
    [InlineData("data/abcdefghijklmnopqrstuvwxyz.json.gz", "manifest-summary.json")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA==", "AAAA")]
    [InlineData("\"sha256\":\"0", "\"sha256\":\"x")]
    [InlineData("{\"pk\":{\"S\":\"a\"}}", "\"a\"")]
    [InlineData("\"after\":{\"pk\":{\"S\":\"a\"}},", "")]
    [InlineData("\"backupId\":\"0", "\"backupId\":\"1")]
    [InlineData("arn:aws:dynamodb", "arn:aws:s3")]
    [InlineData("\"startedUtc\":\"2026", "\"startedUtc\":\"x")]
    [InlineData("\"schemaVersion\":1", "\"schemaVersion\":0")]
    [InlineData("\"files\":[", "\"files\":[null,")]
    [InlineData("\"segments\":[", "\"segments\":[null,")]
    [InlineData("\"revision\":3", "\"revision\":9223372036854775807")]
    public void Whatever_is_not_as_this_module_writes_it_is_refused_with_a_reason(string part, string instead)
    {
        var text = Text(Whole);
        Assert.Contains(part, text, StringComparison.Ordinal);
        var (checkpoint, fault) = CheckpointJson.Read(Encoding.UTF8.GetBytes(text.Replace(part, instead, StringComparison.Ordinal)), Id);
        Assert.Null(checkpoint);
        Assert.NotEmpty(fault!);
    }

    [Fact]
    public void A_file_that_is_named_twice_is_refused() => Assert.NotNull(Read(Whole.Replace("SEGMENT", "SEGMENT,SEGMENT", StringComparison.Ordinal)).Fault);

    [Fact]
    public void Every_cut_of_a_checkpoint_is_refused()
    {
        var bytes = Encoding.UTF8.GetBytes(Text(Whole));
        for (var length = 0; length < bytes.Length; length++)
            Assert.NotNull(CheckpointJson.Read(bytes.AsSpan(0, length), Id).Fault);
    }

    private static (Checkpoint? Checkpoint, string? Fault) Read(string template) => CheckpointJson.Read(Encoding.UTF8.GetBytes(Text(template)), Id);

    private static string Text(string template) => template.Replace("SEGMENT", Segment, StringComparison.Ordinal).Replace("FILE", File, StringComparison.Ordinal)
        .Replace("HASH", new string('0', 64), StringComparison.Ordinal).Replace("ID", Id, StringComparison.Ordinal);
}

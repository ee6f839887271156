using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using DynamoBackup.Manifests;

namespace DynamoBackup.Core.Tests.Manifests;

public sealed class ManifestFuzzTests
{
    private static readonly string[] Files =
    [
        BackupLayout.Summary, BackupLayout.Sidecar, BackupLayout.FilesManifest, BackupLayout.SummaryMd5, BackupLayout.SidecarSha256, BackupLayout.FilesManifestMd5,
    ];

    private static readonly Gen<(int Place, int Kind, byte Byte)[]> Changes = Gen.Select(
        Gen.Int[0, 1 << 30], Gen.Int[0, 3], Gen.Frequency((2, Gen.Byte), (3, Gen.OneOfConst("\"\\{}[]:,0-9en \n/.t"u8.ToArray())))).Array[1, 4];

    // A writer refuses to write it, so it stands for itself until it is text.
    private const string HalfSurrogate = "\"half a surrogate\"";

    private static readonly Gen<string> Hostile = Gen.OneOfConst(
        "null", "true", "-1", "0", "9223372036854775807", "1e300", "1.5", "\"\"", "\"x\"", HalfSurrogate, "\"../../x\"", "\"\\u0000\"", "[]", "{}", "[null]", "[[]]", "{\"\":null}");

    [Fact]
    public async Task However_a_manifest_is_damaged_it_is_found_and_nothing_is_thrown()
    {
        var sound = await BackupSample.CreateAsync(TestContext.Current.CancellationToken);
        await Gen.Select(Gen.OneOfConst(Files), Changes).SampleAsync(
            async (file, changes) =>
            {
                var sample = sound.Copy();
                var (before, after) = Change(sample, file, changes);
                var backup = await sample.OpenAsync(CancellationToken.None);
                // Checksum files may differ in white space and letter case without meaning something else.
                if (!before.SequenceEqual(after) && file is BackupLayout.Summary or BackupLayout.Sidecar or BackupLayout.FilesManifest)
                    Assert.True(backup.Info.IsDamaged);
            },
            iter: 3_000);
    }

    [Fact]
    public async Task However_a_manifest_is_damaged_on_purpose_nothing_is_thrown()
    {
        var sound = await BackupSample.CreateAsync(TestContext.Current.CancellationToken);
        await Gen.Select(Gen.OneOfConst(BackupLayout.Summary, BackupLayout.FilesManifest), Changes).SampleAsync(
            async (file, changes) =>
            {
                var sample = sound.Copy();
                Change(sample, file, changes);
                var backup = await sample.Reseal().OpenAsync(CancellationToken.None);
                Assert.Equal(BackupSample.Id, backup.Info.Id);
                Assert.All(backup.Files, known => Assert.StartsWith(BackupSample.KeyOf("data/"), known.Key, StringComparison.Ordinal));
            },
            iter: 2_000);
    }

    [Fact]
    public async Task Whatever_value_stands_in_the_place_of_another_nothing_is_thrown()
    {
        var sound = await BackupSample.CreateAsync(TestContext.Current.CancellationToken);
        await Gen.Select(Gen.OneOfConst(BackupLayout.Summary, BackupLayout.Sidecar), Gen.Int[0, 1 << 30], Hostile).SampleAsync(
            async (file, place, value) =>
            {
                var sample = sound.Copy();
                sample.Edit(file, json =>
                {
                    var places = Places(json).ToList();
                    var (parent, name) = places[place % places.Count];
                    if (parent is JsonObject map)
                        map[name] = JsonNode.Parse(value);
                    else
                        parent.AsArray()[0] = JsonNode.Parse(value);
                });
                sample.Replace(file, sample.Text(file).Replace(HalfSurrogate, "\"\\ud800\"", StringComparison.Ordinal));
                sample.ResealSidecarAndSummary();
                var backup = await sample.OpenAsync(CancellationToken.None);
                Assert.Equal(BackupSample.Id, backup.Info.Id);
                _ = VerifyRun.DefinitionOf(backup);
            },
            iter: 3_000);
    }

    private static IEnumerable<(JsonNode Parent, string Name)> Places(JsonNode node) => node switch
    {
        JsonObject map => map.SelectMany(entry => (IEnumerable<(JsonNode, string)>)[(map, entry.Key), .. entry.Value is null ? [] : Places(entry.Value)]),
        JsonArray { Count: > 0 } list => [(list, ""), .. list.SelectMany(entry => entry is null ? [] : Places(entry))],
        _ => [],
    };

    private static (byte[] Before, byte[] After) Change(BackupSample sample, string file, (int Place, int Kind, byte Byte)[] changes)
    {
        var before = sample.Store[BackupSample.KeyOf(file)];
        var bytes = before.ToList();
        foreach (var (place, kind, value) in changes)
        {
            var index = place % (bytes.Count + 1);
            if (kind == 0)
                bytes.Insert(index, value);
            else if (kind == 1)
                bytes.RemoveRange(index, bytes.Count - index);
            else if (index < bytes.Count)
                bytes[index] = value;
        }

        sample.Replace(file, "");
        sample.Store[BackupSample.KeyOf(file)] = [.. bytes];
        return (before, [.. bytes]);
    }

    [Fact]
    public void A_data_file_list_of_noise_gives_findings_only() => Gen.Byte.Array[0, 400].Sample(
        noise =>
        {
            var findings = new List<Finding>();
            Assert.Empty(new DataFileList(BackupSample.Folder, null, findings).Read(noise));
            if (Encoding.UTF8.GetString(noise).Trim().Length > 0)
                Assert.NotEmpty(findings);
        },
        iter: 2_000);
}

using System.Globalization;
using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Manifests;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Verify;

/// <summary>
/// One byte changed anywhere in a backup is found at level Checksum, and the file named. <c>_started</c> alone has no byte to change: it is empty. A few
/// dozen places; DYNAMOBACKUP_TEST_SCALE=full tries a thousand.
/// </summary>
public sealed class FlippedByteTests(DynaliteFixture dynalite, ITestOutputHelper output) : RunTest(dynalite)
{
    private const int Seed = 4_711;
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("DYNAMOBACKUP_TEST_SCALE") == "full";

    [Fact]
    public async Task A_byte_that_is_changed_anywhere_is_found_and_its_file_named()
    {
        var backup = await NewBackupAsync();
        var files = FilesOf(backup).Where(file => new FileInfo(file).Length > 0).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(backup.FileCount + 6, files.Length);
        var random = new Random(Seed);
        var places = IsFull ? 1_000 : 60;
        var found = new Dictionary<string, int>();
        for (var place = 0; place < places; place++)
        {
            // One half over all bytes alike, the other over all files: most files are small.
            var (file, offset) = place % 2 == 0 ? AnyByte(files, random) : AnyByte([files[random.Next(files.Length)]], random);
            await AssertFoundAsync(backup, file, offset, (byte)random.Next(1, 256));
            var kind = file.Contains($"{Path.DirectorySeparatorChar}data{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "data files" : Path.GetFileName(file);
            found[kind] = found.GetValueOrDefault(kind) + 1;
        }

        Assert.Empty((await VerifyAsync(backup, VerificationLevel.Checksum)).Findings);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {Seed}: found {found.Values.Sum():N0} of {places:N0} changed bytes ({string.Join(", ", found.OrderBy(file => file.Key).Select(file => $"{file.Key} {file.Value}"))})"));
        Assert.Equal(places, found.Values.Sum());
    }

    [Theory]
    [InlineData(BackupLayout.SummaryMd5)]
    [InlineData(BackupLayout.FilesManifestMd5)]
    [InlineData(BackupLayout.SidecarSha256)]
    public async Task Each_byte_of_a_checksum_file_counts_be_it_only_a_letters_case(string name)
    {
        var backup = await NewBackupAsync();
        var file = Assert.Single(FilesOf(backup, name));
        for (var offset = 0; offset < new FileInfo(file).Length; offset++)
        {
            foreach (var mask in new byte[] { 0x20, 0x01 })
                await AssertFoundAsync(backup, file, offset, mask);
        }
    }

    private async Task<BackupInfo> NewBackupAsync()
    {
        var table = await Dynalite.NewTableAsync([.. AwkwardItems.All(), .. MixedItems.Create(150)]);
        return await BackUpAsync(RequestFor(table) with { MaxFileBytes = 4_000 });
    }

    private async Task AssertFoundAsync(BackupInfo backup, string file, int offset, byte mask)
    {
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        bytes[offset] ^= mask;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);
        var proof = await VerifyAsync(backup, VerificationLevel.Checksum);
        var name = Path.GetFileName(file);
        Assert.False(proof.IsValid, $"{name} at {offset} with {mask:x2} was not found.");
        Assert.True(
            proof.Findings.Any(finding => finding.File.EndsWith(name, StringComparison.Ordinal) || finding.Detail.Contains(name, StringComparison.Ordinal)),
            $"{name} at {offset} with {mask:x2} was not named: {string.Join("; ", proof.Findings)}");
        bytes[offset] ^= mask;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);
    }

    private static (string File, int Offset) AnyByte(string[] files, Random random)
    {
        var place = random.NextInt64(files.Sum(file => new FileInfo(file).Length));
        foreach (var file in files)
        {
            var length = new FileInfo(file).Length;
            if (place < length)
                return (file, (int)place);
            place -= length;
        }

        throw new InvalidOperationException("The place lies behind all files.");
    }
}

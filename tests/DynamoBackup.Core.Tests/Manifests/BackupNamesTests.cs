using DynamoBackup.Manifests;
using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Manifests;

public sealed class BackupNamesTests
{
    [Fact]
    public void Ids_sort_by_their_instant_and_differ_within_one()
    {
        List<DateTimeOffset> instants = [.. new long[] { 0, 1_700_000_000_000, 1_700_000_000_001, 9_999_999_999_999 }.Select(DateTimeOffset.FromUnixTimeMilliseconds)];
        var ids = instants.Select(BackupId.Create).ToList();
        Assert.Equal(ids, ids.Order(StringComparer.Ordinal));
        Assert.All(ids, id => Assert.True(BackupId.IsValid(id)));
        Assert.StartsWith("01700000000000-", ids[1], StringComparison.Ordinal);
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => BackupId.Create(instants[1])).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("01700000000000-0A1B2C3D")]
    [InlineData("01700000000000-0a1b2c3")]
    [InlineData("01700000000000-0a1b2c3d4")]
    [InlineData("0170000000000-0a1b2c3d")]
    [InlineData("01700000000000_0a1b2c3d")]
    [InlineData("0170000000000x-0a1b2c3d")]
    [InlineData("٠١٧٠٠٠٠٠٠٠٠٠٠٠-0a1b2c3d")]
    [InlineData("01700000000000-0a1b2c3g")]
    [InlineData("data")]
    public void What_has_another_form_is_not_an_id(string text) => Assert.False(BackupId.IsValid(text));

    [Theory]
    [InlineData("Orders", "Orders")]
    [InlineData("a.b-c_D9", "a.b-c_D9")]
    [InlineData("CON", "CON_")]
    [InlineData("con.table", "con.table_")]
    [InlineData("aux", "aux_")]
    [InlineData("COM1", "COM1_")]
    [InlineData("lpt9.x", "lpt9.x_")]
    [InlineData("COM10", "COM10")]
    [InlineData("CONSOLE", "CONSOLE")]
    [InlineData("name.", "name._")]
    [InlineData(".hidden", "_.hidden")]
    [InlineData("...", "_..._")]
    public void A_tables_folder_has_its_name_but_where_a_file_system_would_change_or_hide_it(string table, string folder)
    {
        var path = BackupLayout.FolderOf(table, BackupSample.Id);
        Assert.Equal($"{folder}/AWSDynamoDB/{BackupSample.Id}", path);
        Assert.True(StoreKey.IsSafe(path));
    }

    [Fact]
    public void The_longest_table_name_fits_into_a_file_system_in_whatever_way_it_is_changed()
    {
        // 255 characters are the most that DynamoDB allows in a table's name, and that file systems allow in a folder's.
        foreach (var table in new[] { new string('a', 255), new string('a', 254) + ".", "." + new string('a', 254), "CON." + new string('a', 251) })
            Assert.InRange(BackupLayout.FolderOf(table, BackupSample.Id).Split('/')[0].Length, 1, 255);
    }

    [Theory]
    [InlineData(BackupCompression.Gzip, "^data/[a-z2-7]{26}\\.json\\.gz$")]
    [InlineData(BackupCompression.Zstd, "^data/[a-z2-7]{26}\\.json\\.zst$")]
    [InlineData(BackupCompression.None, "^data/[a-z2-7]{26}\\.json$")]
    public void Data_files_have_random_names_that_tell_their_compression(BackupCompression compression, string pattern)
    {
        var names = Enumerable.Range(0, 50).Select(_ => BackupLayout.NewDataFile(compression)).ToList();
        Assert.All(names, name => Assert.Matches(pattern, name));
        Assert.Equal(50, names.Distinct().Count());
    }

    [Theory]
    [InlineData("arn:aws:dynamodb:eu-north-1:123456789012:table/Orders", "Orders")]
    [InlineData("arn:aws-cn:dynamodb:cn-north-1:123456789012:table/Orders/stream/2015-05-11T21:21:33.291", "Orders")]
    [InlineData("arn:aws:dynamodb:ddblocal:000000000000:table/a.b-c", "a.b-c")]
    public void A_tables_arn_gives_its_name(string arn, string name) => Assert.Equal(name, TableIdentity.Parse(arn)?.Name);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Orders")]
    [InlineData("arn:aws:dynamodb:eu-north-1:123456789012")]
    [InlineData("arn:aws:dynamodb:eu-north-1:123456789012:index/Orders")]
    [InlineData("arn:aws:dynamodb:eu-north-1:123456789012:table/")]
    [InlineData("arn:aws:dynamodb:eu-north-1:123456789012:table//x")]
    [InlineData("arn:aws:rds:eu-north-1:123456789012:table/Orders")]
    [InlineData("arn:aws:dynamodb:eu-north-1:123456789012:table/a\nb")]
    public void What_is_not_a_tables_arn_has_no_name(string? arn) => Assert.Null(TableIdentity.Parse(arn));

    [Theory]
    [InlineData("2023-11-14T22:13:20.123Z", "2023-11-14T22:13:20.123Z")]
    [InlineData("2023-11-14T23:13:20.123+01:00", "2023-11-14T22:13:20.123Z")]
    [InlineData("2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000Z")]
    [InlineData("2023-11-14T22:13:20", "2023-11-14T22:13:20.000Z")]
    [InlineData("0001-01-01T00:00:00+14:00", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void An_instant_is_read_as_UTC_whatever_its_offset(string? text, string? expected)
    {
        var instant = ManifestJson.ParseInstant(text);
        Assert.Equal(expected, instant is null ? null : ManifestJson.Format(instant.Value));
        Assert.Equal(instant is null ? null : DateTimeKind.Utc, instant?.Kind);
    }
}

using System.Globalization;
using DynamoBackup.Bench.Rows;

namespace DynamoBackup.Bench;

/// <summary>The command line.</summary>
internal sealed class BenchOptions
{
    public const string Usage =
        """
        Usage: dotnet run -c Release --project bench/DynamoBackup.Bench -- [options]
          --rounds N        how often each row is run (5), after one discarded run
          --items N         items of a run of the fast rows (8,000,000); slower rows handle a fixed share of them
          --full            the growth rows at 1 and 10 million items instead of 400,000 and 4 million
          --group a,b       only these groups: backup, restore, test, scaling, startup, digest
          --only a,b        only these rows
          --smoke           every row once with few items: shows that the bench works, and nothing about speed
          --list            the rows, and what each is
          --json PATH       where the results go (artifacts/bench.json)
          --markdown PATH   a page whose text between <!-- results --> and <!-- /results --> is replaced by the table
        The exit code is 0 if every row did its whole work, 1 if one did not. Slowness changes nothing about it.
        """;

    private const long SmokeItems = 20_000;

    public int Rounds { get; private set; } = 5;

    public bool Smoke { get; private set; }

    public bool List { get; private set; }

    public bool Full { get; private set; }

    public string? Json { get; private set; }

    public string? Markdown { get; private set; }

    private IReadOnlyList<string>? Groups { get; set; }

    private IReadOnlyList<string>? Only { get; set; }

    private long Items { get; set; } = 8_000_000;

    public RowSizes Sizes => Smoke ? new RowSizes(SmokeItems, SmokeItems, SmokeItems * 2)
        : Full ? new RowSizes(Items, 1_000_000, 10_000_000)
        : new RowSizes(Items, 400_000, 8_000_000);


    /// <summary>The options, or null if the arguments make no sense.</summary>
    public static BenchOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var options = new BenchOptions();
        while (arguments.Length > 0)
        {
            if (options.Switch(arguments[0]))
                arguments = arguments[1..];
            else if (arguments.Length > 1 && options.Set(arguments[0], arguments[1]))
                arguments = arguments[2..];
            else
                return null;
        }

        return options;
    }

    public bool Wants(BenchRow row) => (Groups?.Contains(row.Group) ?? true) && (Only?.Contains(row.Name) ?? true);

    /// <summary>Names that no row and no group has.</summary>
    public IEnumerable<string> Unknown(IReadOnlyList<BenchRow> rows) =>
        (Groups ?? []).Where(name => rows.All(row => row.Group != name)).Concat((Only ?? []).Where(name => rows.All(row => row.Name != name)));

    private bool Switch(string name)
    {
        Smoke |= name == "--smoke";
        List |= name == "--list";
        Full |= name == "--full";
        if (name == "--smoke")
            Rounds = 1;
        return name is "--smoke" or "--list" or "--full";
    }

    private bool Set(string name, string value)
    {
        switch (name)
        {
            case "--rounds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds > 0:
                Rounds = rounds;
                return true;
            case "--items" when long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var items) && items > 0:
                Items = items;
                return true;
            case "--group":
                Groups = value.Split(',');
                return true;
            case "--only":
                Only = value.Split(',');
                return true;
            case "--json":
                Json = Path.GetFullPath(value);
                return true;
            case "--markdown":
                Markdown = Path.GetFullPath(value);
                return true;
            default:
                return false;
        }
    }
}

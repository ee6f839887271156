using System.Text;

namespace DynamoBackup.Bench.Replay;

/// <summary>Names and words that sample items are made of.</summary>
internal static class SampleWords
{
    public static readonly byte[][] FirstNames = Split(
        "Anna Ben Carla David Elena Felix Greta Hassan Ines Jonas Katrin Luca Maria Noah Olga Paul Quentin Rosa Stefan Tara Ulrich Vera Walter Xenia Yusuf Zara "
        + "James Mary Robert Patricia John Jennifer Michael Linda William Elizabeth Richard Barbara Joseph Susan Thomas Jessica Charles Sarah Daniel Karen Wei Yuki Priya Arjun");

    public static readonly byte[][] LastNames = Split(
        "Schmidt Mueller Weber Wagner Becker Hoffmann Schaefer Koch Bauer Richter Klein Wolf Neumann Schwarz Zimmermann Braun Krueger Hartmann Lange Werner "
        + "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Taylor Moore Jackson Martin Lee Tanaka Sato Patel Singh");

    public static readonly byte[][] Cities = Split(
        "Hamburg Berlin Munich Cologne Frankfurt Stuttgart Leipzig Dresden Hanover Nuremberg London Paris Madrid Rome Vienna Zurich Oslo Stockholm Warsaw Lisbon Dublin Boston Seattle Austin Denver Chicago");

    public static readonly byte[][] Domains = Split("example.com example.org example.net mail.example.com post.example.org corp.example.net");

    public static readonly byte[][] Labels = Split("vip web mobile partner trial newsletter wholesale retail returning fragile express gift prepaid invoice priority");

    public static readonly byte[][] States = Split("PENDING PAID PACKED SHIPPED DELIVERED RETURNED CANCELLED");

    public static readonly byte[][] Words = Split(
        "the of and to in for is on that by this with you it not or be are from at as your all have new more was we will home can us about if page my has search free but our one other do no information time "
        + "they site he up may what which their news out use any there see only so his when contact here business who web also now help get view online first am been would how were services some these click its "
        + "like service than find price date back top people had list name just over state year day into email two health world next used go work last most products music buy data make them should product system "
        + "post her city policy number such please available copyright support message after best software then good video well where info rights public books high school through each links she review years order "
        + "very privacy book items company read group need many user said does set under general research university january mail full map reviews program life know games way days management part could great united");

    private static byte[][] Split(string words) => [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Encoding.UTF8.GetBytes)];
}

using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>A backup that this module's first version wrote, kept as files, and what is in it. It must be readable for ever.</summary>
internal static class GoldenBackup
{
    public const string Folder = "Orders/AWSDynamoDB/01700000000000-0a1b2c3d";
    public const string Digest = "v1:9:e1e5d4b3e2b962354d615414585522885cc8221252d406bf0b6a214172ff2930";

    /// <summary>The items in the order of the files manifest: one file for each compression.</summary>
    public static readonly string[][] Files =
    [
        [
            """{"Id":{"N":"1"},"Name":{"S":"Ada \"the first\" \\ é 鍵 🔑"},"Paid":{"BOOL":true},"Note":{"NULL":true}}""",
            """{"Id":{"N":"2"},"Sum":{"N":"-1.50"},"Tags":{"SS":["b","a"]},"Sizes":{"NS":["3","1E+2","-0"]},"Parts":{"BS":["AQ==","/w=="]}}""",
            """{"Id":{"N":"3"},"Lines":{"L":[{"M":{"Sku":{"S":"x-1"},"Count":{"N":"2"}}},{"S":""},{"L":[]}]},"Blob":{"B":"AAEC"}}""",
        ],
        [
            """{"Id":{"N":"4"}}""",
            """{"Id":{"N":"5"},"Escapes":{"S":"\u00e9\ud83d\udd11\/\n\u0000"},"\u0061":{"B":""},"m":{"M":{}}}""",
            """{"Id":{"N":"6"},"Big":{"N":"9.9999999999999999999999999999999999999E+125"},"Small":{"N":"1E-130"}}""",
        ],
        [
            """{"Id":{"N":"7"},"looks":{"S":"}]} {\"Item\":{}}"}}""",
            """{"Id":{"N":"8"},"deep":{"L":[{"M":{"a":{"L":[{"M":{"b":{"L":[{"N":"0"}]}}}]}}}]}}""",
            """{"Id":{"N":"9"},"end":{"BOOL":false}}""",
        ],
    ];

    /// <summary>The store that holds it, beside the tests' assembly.</summary>
    public static DirectoryStore Open() => new(Path.Combine(AppContext.BaseDirectory, "Golden", "backup-v1"));
}

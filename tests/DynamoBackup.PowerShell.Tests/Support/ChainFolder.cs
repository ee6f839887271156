using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>Makes a chain of a backup: copies of it whose manifests say that they build on one another.</summary>
public sealed class ChainFolder(StoreFolder store)
{
    private readonly string _source = Path.GetDirectoryName(store.FileEndingIn("manifest-summary.json"))!;

    /// <summary>Adds a backup of the same table.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="sidecar">What its sidecar says beside what the first backup's does.</param>
    public void Add(string id, Dictionary<string, string?> sidecar)
    {
        var (folder, from) = (Path.Combine(Path.GetDirectoryName(_source)!, id), Path.GetFileName(_source));
        foreach (var file in Directory.EnumerateFiles(_source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(_source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        Rewrite("manifest-files.json", text => text.Replace(from, id, StringComparison.Ordinal));
        Rewrite("manifest-summary.json", text => Summarize(text.Replace(from, id, StringComparison.Ordinal), sidecar));
        Rewrite("dynamobackup.json", text =>
        {
            var content = JsonNode.Parse(text.Replace(from, id, StringComparison.Ordinal))!.AsObject();
            foreach (var (name, value) in sidecar) content[name] = value;
            content["manifestFilesSha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "manifest-files.json"))));
            return content.ToJsonString();
        });
        foreach (var name in new[] { "manifest-files", "manifest-summary" })
            File.WriteAllText(Path.Combine(folder, $"{name}.md5"), Convert.ToBase64String(MD5.HashData(File.ReadAllBytes(Path.Combine(folder, $"{name}.json")))));
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "dynamobackup.json"))));
        File.WriteAllText(Path.Combine(folder, "dynamobackup.json.sha256"), $"{hash}  dynamobackup.json\n");

        void Rewrite(string name, Func<string, string> change)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllText(path, change(File.ReadAllText(path)), new UTF8Encoding(false));
        }
    }

    /// <summary>A summary of an incremental backup says its times as an incremental export does: from inclusive, to exclusive.</summary>
    private static string Summarize(string text, Dictionary<string, string?> sidecar)
    {
        if (sidecar.GetValueOrDefault("type") != "INCREMENTAL") return text;
        var summary = JsonNode.Parse(text)!.AsObject();
        summary.Remove("exportTime");
        summary["version"] = "2023-08-01";
        summary["exportType"] = "INCREMENTAL_EXPORT";
        summary["outputView"] = "NEW_AND_OLD_IMAGES";
        summary["exportFromTime"] = Next(sidecar["fromUtc"]!);
        summary["exportToTime"] = Next(sidecar["toUtc"]!);
        return summary.ToJsonString();

        static string Next(string second) => DateTimeOffset.Parse(second, CultureInfo.InvariantCulture).AddSeconds(1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Takes the backup away that the others were made of.</summary>
    public void RemoveFirst() => Directory.Delete(_source, recursive: true);
}

using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Exports;

/// <summary>What tests of AWS's exports share: an export of one table in <c>$store</c>, as a copy of its bucket.</summary>
public abstract class ExportModuleTest(Dynalite dynalite) : ModuleTest(dynalite)
{
    protected const int ItemCount = 60;

    /// <summary>The items as DynamoDB JSON, for a table whose hash key is a text.</summary>
    protected static string[] Items { get; } = [.. Enumerable.Range(0, ItemCount).Select(number =>
        $$$"""{"{{{TableShape.HashKey}}}":{"S":"key {{{number}}} é"},"amount":{"N":"{{{number}}}.50"},"tags":{"SS":["b","a"]}}""")];

    /// <summary>Writes an export of a table of that name, in three files, one of which is empty.</summary>
    protected AwsExport Export(string table, AwsExportOptions? options = null, params IEnumerable<IEnumerable<string>> files)
    {
        var lines = files.ToList();
        var export = AwsExport.Create(
            (options ?? new()) with { TableArn = $"arn:aws:dynamodb:us-east-1:123456789012:table/{table}" },
            lines.Count > 0 ? lines : [Items[..25], [], Items[25..]]);
        export.WriteTo(Store.Path);
        return export;
    }
}

using System.Management.Automation;
using System.Management.Automation.Language;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Surface;

/// <summary>Help as Get-Help shows it.</summary>
public sealed class HelpTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    public static TheoryData<string> Cmdlets => ["Backup-DynamoTable", "Compare-DynamoBackup", "Get-DynamoBackup", "Get-DynamoBackupItem", "Merge-DynamoBackup", "Remove-DynamoBackup", "Restore-DynamoTable", "Test-DynamoBackup"];

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_cmdlet_has_a_synopsis_and_a_description(string cmdlet)
    {
        var help = Help(cmdlet);
        Assert.EndsWith(".", help.Text("Synopsis").Trim(), StringComparison.Ordinal);
        Assert.DoesNotContain(cmdlet, help.Text("Synopsis"), StringComparison.Ordinal);
        Assert.InRange(TextOf(help, "description").Length, 200, 20_000);
        Assert.Contains(cmdlet, TextOf(help, "description"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_cmdlet_has_examples_with_code_and_words(string cmdlet)
    {
        var examples = Items(Help(cmdlet), "examples", "example");
        Assert.True(examples.Count >= 2, $"{examples.Count} examples");
        Assert.All(examples, example =>
        {
            Assert.NotEmpty(example.Text("code"));
            Assert.NotEmpty(TextOf(example, "remarks"));
        });
        Assert.Contains(examples, example => example.Text("code").Contains(cmdlet, StringComparison.Ordinal));
        Assert.All(examples.Index(), example => Assert.Contains($"Example {example.Index + 1}:", example.Item.Text("title"), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_example_parses_and_uses_only_parameters_that_exist(string cmdlet)
    {
        foreach (var example in Items(Help(cmdlet), "examples", "example"))
        {
            var script = Parser.ParseInput(example.Text("code"), out _, out var errors);
            Assert.Empty(errors.Select(error => $"{error.Message} in {example.Text("code")}"));
            foreach (var command in script.FindAll(static ast => ast is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>().Where(IsOurs))
            {
                var known = Command(command.GetCommandName()).Parameters;
                foreach (var parameter in command.CommandElements.OfType<CommandParameterAst>())
                    Assert.Contains(parameter.ParameterName, known.Keys);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_parameter_has_a_text_and_no_text_is_left_over(string cmdlet)
    {
        var described = Items(Help(cmdlet), "parameters", "parameter");
        Assert.All(described, parameter => Assert.True(TextOf(parameter, "description").Length > 20, parameter.Text("name")));
        Assert.Equal(
            Command(cmdlet).Parameters.Keys.Except(Cmdlet.CommonParameters).Order(StringComparer.Ordinal),
            described.Select(parameter => parameter.Text("name")).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_output_is_described_with_all_its_properties(string cmdlet)
    {
        var help = Help(cmdlet);
        var outputs = Items(help, "returnValues", "returnValue");
        var types = Command(cmdlet).OutputType;
        Assert.Equal(types.Select(type => type.Name).Order(StringComparer.Ordinal), outputs.Select(output => Name(output).Trim()).Order(StringComparer.Ordinal));
        foreach (var type in types.Where(type => type.Type.Namespace == "DynamoBackup"))
        {
            var text = TextOf(outputs.Single(output => Name(output).Trim() == type.Name), "description");
            Assert.All(type.Type.GetProperties(), property => Assert.Contains($"{property.Name} (", text, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_cmdlet_names_the_permissions_that_it_needs(string cmdlet)
    {
        var notes = TextOf(PSObject.AsPSObject(Help(cmdlet).Properties["alertSet"].Value), "alert");
        Assert.Contains("Required IAM actions", notes, StringComparison.Ordinal);
    }

    [Fact]
    public void The_topic_is_found_and_names_every_error_code()
    {
        var topic = Shell.Run("Get-Help about_DynamoBackup").Single().BaseObject.ToString()!;
        Assert.Contains("about_DynamoBackup", topic, StringComparison.Ordinal);
        foreach (var cmdlet in Cmdlets) Assert.Contains(cmdlet.Data, topic, StringComparison.Ordinal);
        foreach (var code in Shell.Run("[enum]::GetNames([DynamoBackup.BackupErrorCode])").Succeeded())
            Assert.Contains(code.ToString(), topic, StringComparison.Ordinal);
        Assert.All(topic.Split('\n'), line => Assert.InRange(line.TrimEnd('\r').Length, 0, 80));
    }

    private static bool IsOurs(CommandAst command) => Cmdlets.Any(cmdlet => cmdlet.Data == command.GetCommandName());

    private PSObject Help(string cmdlet)
    {
        var help = Shell.Run($"Get-Help {cmdlet} -Full").Single();
        Assert.Equal(cmdlet, help.Text("Name"));
        return help;
    }

    private CommandInfo Command(string name) => (CommandInfo)Shell.Run($"Get-Command {name}").Single().BaseObject;

    private static string Name(PSObject output) => PSObject.AsPSObject(output.Properties["type"].Value).Text("name");

    private static IReadOnlyList<PSObject> Items(PSObject help, string list, string item) => PSObject.AsPSObject(help.Properties[list].Value).Get<PSObject[]>(item);

    private static string TextOf(PSObject owner, string property) => owner.Properties[property]?.Value is { } value
        ? string.Join('\n', LanguagePrimitives.ConvertTo<PSObject[]>(value).Select(paragraph => paragraph.Properties["Text"]?.Value))
        : "";
}

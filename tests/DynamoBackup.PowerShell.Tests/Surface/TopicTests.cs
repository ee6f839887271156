using System.Management.Automation;
using System.Management.Automation.Language;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Surface;

/// <summary>The about topics as Get-Help shows them, and the code in them.</summary>
public sealed class TopicTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    public static TheoryData<string> Topics => [.. TopicSource.Names];

    [Fact]
    public void There_is_a_topic_for_each_thing_that_an_admin_asks() => Assert.Equal(
        ["about_DynamoBackup", "about_DynamoBackup_Automation", "about_DynamoBackup_Credentials", "about_DynamoBackup_Format", "about_DynamoBackup_Items", "about_DynamoBackup_PointInTime"], TopicSource.Names);

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_topic_is_found_by_its_name_and_fits_a_screen(string topic)
    {
        var text = Shell.Run($"Get-Help {topic}").Single().BaseObject.ToString()!;
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal(["TOPIC", $"    {topic}"], lines[..2]);
        Assert.Contains("SHORT DESCRIPTION", lines);
        Assert.Contains("LONG DESCRIPTION", lines);
        Assert.Contains("SEE ALSO", lines);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void The_code_of_a_topic_parses_and_uses_only_cmdlets_and_parameters_that_exist(string topic)
    {
        var scripts = TopicSource.Blocks(topic).Where(block => block.Language == "powershell").ToList();
        Assert.NotEmpty(scripts);
        foreach (var block in scripts)
        {
            var script = Parser.ParseInput(block.Code, out _, out var errors);
            Assert.Empty(errors.Select(error => $"{error.Message} below '{block.Heading}'"));
            foreach (var command in script.FindAll(static ast => ast is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
                AssertKnown(command);
        }
    }

    [Theory]
    [MemberData(nameof(Topics))]
    public void A_topic_names_only_parameters_that_exist(string topic)
    {
        var known = TheCmdlets().SelectMany(cmdlet => cmdlet.Parameters.Keys).ToHashSet(StringComparer.Ordinal);
        foreach (var word in Shell.Run($"Get-Help {topic}").Single().BaseObject.ToString()!.Split([' ', '\n', '\r', '(', ')', ',', ':', '.'], StringSplitOptions.RemoveEmptyEntries))
        {
            // -Store... is written by no other command than ours.
            if (word.StartsWith("-Store", StringComparison.Ordinal) && word.Length > "-Store".Length) Assert.Contains(word[1..], known);
        }
    }

    [Fact]
    public void The_credentials_topic_names_every_connection_parameter()
    {
        var text = Shell.Run("Get-Help about_DynamoBackup_Credentials").Single().BaseObject.ToString()!;
        foreach (var parameter in new[] { "Credential", "AccessKey", "SecretKey", "SessionToken", "ProfileName", "ProfileLocation", "Region", "StoreProfileName", "StoreRegion", "StoreEndpointUrl" })
            Assert.Contains($"-{parameter}", text, StringComparison.Ordinal);
    }

    private void AssertKnown(CommandAst command)
    {
        var name = command.GetCommandName();
        if (name is null || !name.Contains("-Dynamo", StringComparison.Ordinal)) return;
        var known = Assert.Single(TheCmdlets(), cmdlet => cmdlet.Name == name).Parameters;
        foreach (var parameter in command.CommandElements.OfType<CommandParameterAst>()) Assert.Contains(parameter.ParameterName, known.Keys);
    }

    private IEnumerable<CmdletInfo> TheCmdlets() => Shell.Run("Get-Command -Module DynamoBackup").Succeeded().Select(command => (CmdletInfo)command.BaseObject);
}

using System.Management.Automation;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>An error as a script sees it: id, category, target, exception, and a message that names the next step.</summary>
internal sealed record ExpectedError(string Command, string Id, string Category, string? Target, string NextStep)
{
    private static readonly Dictionary<string, string> Classes = new()
    {
        ["Backup"] = "BackupDynamoTableCommand",
        ["Get"] = "GetDynamoBackupCommand",
        ["GetItem"] = "GetDynamoBackupItemCommand",
        ["Test"] = "TestDynamoBackupCommand",
        ["Compare"] = "CompareDynamoBackupCommand",
        ["Remove"] = "RemoveDynamoBackupCommand",
        ["Restore"] = "RestoreDynamoTableCommand",
    };

    /// <param name="command">The command's verb.</param>
    /// <param name="id">The error code.</param>
    /// <param name="category">The category.</param>
    /// <param name="target">The target object; null where there is none.</param>
    /// <param name="nextStep">Words of the message that say what to do.</param>
    public static ExpectedError Of(string command, string id, string category, string? target, string nextStep) => new(command, id, category, target, nextStep);

    public void AssertIs(ErrorRecord error)
    {
        Assert.Equal($"{Id},DynamoBackup.PowerShell.Commands.{Classes[Command]}", error.FullyQualifiedErrorId);
        Assert.Equal(Category, error.CategoryInfo.Category.ToString());
        Assert.Equal(Target, error.TargetObject);
        Assert.Contains(NextStep, error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal("DynamoBackup.DynamoBackupException", error.Exception.GetType().FullName);
        Assert.Equal(Id, PSObject.AsPSObject(error.Exception).Text("Code"));
    }
}

using System.Globalization;
using System.Management.Automation.Host;

namespace DynamoBackup.PowerShellHost;

/// <summary>What the engine takes for the console program that it runs in.</summary>
internal sealed class BackupHost(BackupHostUI ui) : PSHost
{
    private static readonly CultureInfo English = FindEnglish();

    public override string Name => "DynamoBackupHost";

    public override Version Version { get; } = typeof(BackupHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => ui;

    public override CultureInfo CurrentCulture => English;

    public override CultureInfo CurrentUICulture => English;

    /// <summary>The code of an <c>exit</c> statement, if one ran.</summary>
    public int? ExitCode { get; private set; }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw BackupHostUI.NobodyToAsk("the prompt of a debugger");

    public override void ExitNestedPrompt()
    {
        // There is no nested prompt to leave.
    }

    public override void NotifyBeginApplication()
    {
        // A native program may write to the console as it likes.
    }

    public override void NotifyEndApplication()
    {
        // As above.
    }

    private static CultureInfo FindEnglish()
    {
        try
        {
            return CultureInfo.GetCultureInfo("en-US");
        }
        catch (CultureNotFoundException)
        {
            // A process with invariant globalization knows no other culture by default.
            return CultureInfo.InvariantCulture;
        }
    }
}

using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace DynamoBackup.PowerShellHost;

/// <summary>Writes what the engine shows to a text writer, and refuses to ask.</summary>
internal sealed class BackupHostUI(TextWriter output, Action<ProgressRecord>? onProgress) : PSHostUserInterface
{
    private readonly Lock _gate = new();

    public override PSHostRawUserInterface RawUI { get; } = new BackupHostRawUI();

    public override bool SupportsVirtualTerminal => false;

    /// <summary>Answers Yes/No questions in place of a person: gets caption and message, returns the index of the choice.</summary>
    public Func<string, int>? AnswerChoice { get; set; }

    /// <summary>Whether an error has been shown since this was last set to false.</summary>
    public bool HasShownError { get; set; }

    public static PSInvalidOperationException NobodyToAsk(string question) => new(
        $"There is nobody to ask for {question}: this host is not interactive."
        + " Give every mandatory parameter, and -Confirm:$false or -Force where a command wants to be sure.");

    public override void Write(string value)
    {
        lock (_gate) output.Write(Plain(value));
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value)
    {
        lock (_gate) output.WriteLine(Plain(value));
    }

    public override void WriteErrorLine(string value)
    {
        HasShownError = true;
        WriteLine(value);
    }

    public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

    public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

    public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => onProgress?.Invoke(record);

    public override string ReadLine() => throw NobodyToAsk("a line");

    public override SecureString ReadLineAsSecureString() => throw NobodyToAsk("a secret");

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw NobodyToAsk($"the value of {string.Join(", ", descriptions.Select(field => field.Name))}");

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        var question = $"{caption}{Environment.NewLine}{message}";
        return AnswerChoice?.Invoke(question) ?? throw NobodyToAsk($"an answer to \"{question}\"");
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw NobodyToAsk("a password");

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) =>
        throw NobodyToAsk("a password");

    /// <summary>Views come with their colours; taking them off is the host's part.</summary>
    private static string Plain(string value) => GetOutputString(value, supportsVirtualTerminal: false);
}

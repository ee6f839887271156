using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>The parameters on an unfinished command line: typed, splatted, or set by <c>$PSDefaultParameterValues</c>.</summary>
internal sealed class TypedParameters(string commandName, CommandAst? command, IDictionary bound)
{
    private readonly Lazy<SessionState?> _session = new(FindSession);

    /// <summary>A parameter's value; null where it has none that is known before the command runs.</summary>
    public object? this[string parameter] => WithoutWrap(bound[parameter]) ?? Splatted(parameter) ?? Default(parameter);

    /// <summary>A parameter's value as a text.</summary>
    public string? Text(string parameter) => this[parameter] is { } value && LanguagePrimitives.TryConvertTo<string>(value, out var text) && text.Length > 0 ? text : null;

    /// <summary>A parameter's values as texts.</summary>
    public IReadOnlyList<string> Texts(string parameter) =>
        this[parameter] is { } value && LanguagePrimitives.TryConvertTo<string[]>(value, out var texts) ? [.. texts.Where(text => !string.IsNullOrEmpty(text))] : [];

    /// <summary>A parameter's value as another type; null where it has none.</summary>
    public T? Value<T>(string parameter)
        where T : struct => this[parameter] is { } value && LanguagePrimitives.TryConvertTo<T>(value, out var result) ? result : null;

    /// <summary>An absolute path of the file system.</summary>
    /// <exception cref="InvalidOperationException">There is no session to resolve it by.</exception>
    public string Path(string path) =>
        (_session.Value ?? throw new InvalidOperationException("No session.")).Path.GetUnresolvedProviderPathFromPSPath(path);

    private object? Splatted(string parameter)
    {
        foreach (var variable in command?.CommandElements.OfType<VariableExpressionAst>().Where(element => element.Splatted) ?? [])
        {
            if (WithoutWrap(_session.Value?.PSVariable.GetValue(variable.VariablePath.UserPath)) is IDictionary table && WithoutWrap(table[parameter]) is { } value)
                return value;
        }

        return null;
    }

    private object? Default(string parameter)
    {
        if (WithoutWrap(_session.Value?.PSVariable.GetValue("PSDefaultParameterValues")) is not IDictionary defaults || defaults["Disabled"] is true)
            return null;
        foreach (DictionaryEntry entry in defaults)
        {
            // Cmdlet:Parameter, both with wildcards (about_Parameters_Default_Values).
            if (entry.Key is string key && key.Split(':') is [var cmdlet, var name] && IsMatch(cmdlet, commandName) && IsMatch(name, parameter) && entry.Value is not ScriptBlock)
                return WithoutWrap(entry.Value);
        }

        return null;
    }

    private static bool IsMatch(string pattern, string name) => WildcardPattern.Get(pattern.Trim(), WildcardOptions.IgnoreCase).IsMatch(name);

    private static object? WithoutWrap(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

    private static SessionState? FindSession()
    {
        if (Runspace.DefaultRunspace is null)
            return null;
        using var powershell = System.Management.Automation.PowerShell.Create(RunspaceMode.CurrentRunspace);
        return powershell.AddScript("$ExecutionContext.SessionState", useLocalScope: false).Invoke<SessionState>().FirstOrDefault();
    }
}

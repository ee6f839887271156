using System.Management.Automation;

namespace DynamoBackup.Quickstart;

/// <summary>
/// An object that a line returned, judged by its properties. They are read by name, as a script does: the module's types belong to the
/// module, and this program does not reference them.
/// </summary>
/// <param name="line">The line, for messages.</param>
/// <param name="value">The object.</param>
internal sealed class Outcome(string line, PSObject value)
{
    /// <summary>The findings that the object carries.</summary>
    public IReadOnlyList<Outcome> Findings =>
        [.. LanguagePrimitives.GetEnumerable(Property("Findings")).Cast<object>().Select(finding => new Outcome(line, PSObject.AsPSObject(finding)))];

    /// <summary>A property's value as text.</summary>
    public string Text(string property) => LanguagePrimitives.ConvertTo<string>(Property(property));

    /// <summary>Fails unless a property has this value.</summary>
    public Outcome Expect<T>(string property, T expected)
    {
        var actual = Property(property);
        return LanguagePrimitives.TryConvertTo<T>(actual, out var converted) && EqualityComparer<T>.Default.Equals(converted, expected)
            ? this
            : throw new UnexpectedOutcomeException($"{property} should be '{expected}', not '{actual ?? "null"}', after: {line}");
    }

    /// <summary>Fails if the object carries a finding that is an error.</summary>
    public Outcome ExpectNoErrors()
    {
        var error = Findings.FirstOrDefault(static finding => finding.Text("Severity") == "Error");
        return error is null
            ? this
            : throw new UnexpectedOutcomeException($"There should be no error among the findings of: {line}{Environment.NewLine}{error}");
    }

    /// <summary>Fails unless one of the findings is an error of this kind about this file.</summary>
    public Outcome ExpectError(string kind, Func<string, bool> file)
    {
        var found = Findings.Any(finding => finding.Text("Severity") == "Error" && finding.Text("Kind") == kind && file(finding.Text("File")));
        return found
            ? this
            : throw new UnexpectedOutcomeException($"There should be a finding '{kind}' that names the right file or table, after: {line}");
    }

    /// <inheritdoc/>
    public override string ToString() => value.ToString();

    private object? Property(string name) =>
        (value.Properties[name] ?? throw new UnexpectedOutcomeException($"The object has no property '{name}', after: {line}")).Value;
}

using System.Globalization;

namespace DynamoBackup.Bench.Work;

/// <summary>What the harness tells a work: pairs of a name and a value.</summary>
internal sealed class WorkArguments
{
    private readonly Dictionary<string, string> _values = [];

    public WorkArguments(IReadOnlyList<string> arguments)
    {
        for (var index = 0; index + 1 < arguments.Count; index += 2)
            _values[arguments[index].TrimStart('-')] = arguments[index + 1];
    }

    public string this[string name] => _values.TryGetValue(name, out var value) ? value : throw new ArgumentException($"The work needs --{name}.");

    public long Number(string name) => long.Parse(this[name], CultureInfo.InvariantCulture);
}

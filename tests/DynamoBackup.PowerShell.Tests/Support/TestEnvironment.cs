using System.Runtime.CompilerServices;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>Makes the tests' outcome independent of who runs them: their AWS settings, their store, their proxy.</summary>
internal static class TestEnvironment
{
    [ModuleInitializer]
    internal static void Clear()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(IsOurs).ToList())
            Environment.SetEnvironmentVariable(name, null);
        var nowhere = Path.Combine(Path.GetTempPath(), "dynamobackup-no-such-file");
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", nowhere);
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", nowhere);
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
        // Journals and locks of restores are not to lie among those of whoever runs the tests.
        Environment.SetEnvironmentVariable("XDG_DATA_HOME", Path.Combine(Path.GetTempPath(), "dynamobackup-tests-data"));
        Environment.SetEnvironmentVariable("NO_PROXY", "127.0.0.1,localhost");
        Environment.SetEnvironmentVariable("no_proxy", "127.0.0.1,localhost");
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("AWS_", StringComparison.OrdinalIgnoreCase) || name.Equals("DYNAMOBACKUP_STORE", StringComparison.OrdinalIgnoreCase);
}

using DynamoBackup.Manifests;

namespace DynamoBackup.Core.Tests.Manifests;

/// <summary>Damages a sound backup in one way and looks at what is found.</summary>
internal static class Damage
{
    /// <summary>Damages a backup and opens it.</summary>
    public static async Task<OpenedBackup> OpenAsync(Action<BackupSample> damage)
    {
        var sample = await BackupSample.CreateAsync(TestContext.Current.CancellationToken);
        damage(sample);
        return await sample.OpenAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The same, with all checksums made right again after the damage.</summary>
    public static Task<OpenedBackup> OpenResealedAsync(Action<BackupSample> damage) => OpenAsync(sample =>
    {
        damage(sample);
        sample.Reseal();
    });

    /// <summary>Damages a backup and asserts that exactly these errors are found.</summary>
    public static async Task<OpenedBackup> FindAsync(Action<BackupSample> damage, params (FindingKind Kind, string File)[] expected) =>
        AssertErrors(await OpenAsync(damage), expected);

    /// <summary>The same, with all checksums made right again after the damage.</summary>
    public static async Task<OpenedBackup> FindResealedAsync(Action<BackupSample> damage, params (FindingKind Kind, string File)[] expected) =>
        AssertErrors(await OpenResealedAsync(damage), expected);

    /// <summary>The errors found.</summary>
    public static IEnumerable<(FindingKind Kind, string File)> Errors(OpenedBackup backup) =>
        backup.Info.Findings.Where(finding => finding.Severity == FindingSeverity.Error).Select(finding => (finding.Kind, finding.File));

    private static OpenedBackup AssertErrors(OpenedBackup backup, (FindingKind Kind, string File)[] expected)
    {
        Assert.Equal(expected.Order(), Errors(backup).Order());
        Assert.All(backup.Info.Findings, finding => Assert.False(string.IsNullOrWhiteSpace(finding.Fix)));
        return backup;
    }
}

using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Runs;

/// <summary>What tests of runs share: a store in a folder of its own, and short ways to run.</summary>
public abstract class RunTest(DynaliteFixture dynalite) : IDisposable
{
    private readonly TempFolder _folder = new();

    protected DynaliteFixture Dynalite { get; } = dynalite;

    protected CollectedOutput Output { get; } = new();

    protected string Store => Path.Combine(_folder.Path, "store");

    /// <summary>Where restores keep their journals and locks.</summary>
    protected string WorkingDirectory => Path.Combine(_folder.Path, "working");

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected BackupRequest RequestFor(string table, Uri? endpoint = null) => new()
    {
        TableName = table,
        Connection = DynaliteFixture.ConnectTo(endpoint ?? Dynalite.Server.Endpoint),
        Destinations = [Store],
        Segments = 3,
        // The run's dynalite has no streams, whatever a table's description says.
        NoStream = true,
    };

    protected Task<BackupInfo> BackUpAsync(string table, Uri? endpoint = null) => BackUpAsync(RequestFor(table, endpoint));

    protected async Task<BackupInfo> BackUpAsync(BackupRequest request) => Assert.Single(await BackupRun.RunAsync(request, Output, Cancellation));

    protected Task<IReadOnlyList<BackupInfo>> ListAsync() => CatalogRun.RunAsync(new BackupQuery { Sources = [Store] }, Output, Cancellation);

    protected Task<BackupVerification> VerifyAsync(BackupInfo backup, VerificationLevel level, string? liveTable = null) => VerifyRun.RunAsync(
        new VerifyRequest { Source = backup.Location, Path = backup.Path, Level = level, Connection = Dynalite.Connection, LiveTableName = liveTable }, Output, Cancellation);

    protected RestoreRequest RestoreOf(BackupInfo backup, string target, Uri? endpoint = null) => new()
    {
        Source = backup.Location,
        Path = backup.Path,
        Connection = DynaliteFixture.ConnectTo(endpoint ?? Dynalite.Server.Endpoint),
        TargetTable = target,
        WorkingDirectory = WorkingDirectory,
        Verify = true,
    };

    protected async Task<TableRestore> RestoreAsync(RestoreRequest request, CancellationToken? cancellation = null)
    {
        var plan = await RestoreRun.PlanAsync(request, Output, Cancellation);
        return await RestoreRun.RunAsync(request, plan, Output, cancellation ?? Cancellation);
    }

    protected string[] FilesOf(BackupInfo backup, string pattern = "*") =>
        Directory.GetFiles(Path.Combine(backup.Location, backup.Path.Replace('/', Path.DirectorySeparatorChar)), pattern, SearchOption.AllDirectories);

    /// <summary>Asserts that a failed backup has left nothing.</summary>
    protected void AssertNothingLeft() =>
        Assert.Empty(Directory.Exists(Store) ? Directory.GetFiles(Store, "*", SearchOption.AllDirectories) : []);
}

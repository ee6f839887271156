namespace DynamoBackup.Bench.Harness;

/// <summary>The folder, the servers and the backups of one run of the bench. Everything goes when it is disposed of.</summary>
internal sealed class BenchPlace : IAsyncDisposable
{
    private readonly Dictionary<ReplayOptions, ReplayServer> _servers = [];
    private readonly Dictionary<ReplayOptions, string> _backups = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("dynamobackup-bench-").FullName;

    /// <summary>The server with these options: started when first asked for, and kept, for a server just started is slower.</summary>
    public async Task<ReplayServer> GetServerAsync(ReplayOptions options, CancellationToken cancellationToken)
    {
        if (!_servers.TryGetValue(options, out var server))
            _servers[options] = server = await ReplayServer.StartAsync(options, Folder, cancellationToken);
        return server;
    }

    /// <summary>A folder that holds one backup in gzip of that server's table: made by the module when first asked for.</summary>
    public async Task<string> GetBackupAsync(ReplayOptions options, CancellationToken cancellationToken)
    {
        if (_backups.TryGetValue(options, out var made))
            return made;
        var server = await GetServerAsync(options, cancellationToken);
        var folder = NewFolder("backup");
        var start = Self.StartScript(
            "$null = Backup-DynamoTable Replay -Destination $folder -EndpointUrl $endpoint -Segments 4",
            importsModule: true, ("folder", folder), ("endpoint", server.Endpoint.ToString()));
        var outcome = await Child.RunAsync(start, Folder, cancellationToken);
        if (outcome.ExitCode != 0)
            throw new BenchException($"The backup to read from could not be made. {Child.Tail(outcome.Output + outcome.Errors)}");
        return _backups[options] = folder;
    }

    public string NewFolder(string name) => Directory.CreateDirectory(Path.Combine(Folder, $"{name}-{Guid.NewGuid():N}")).FullName;

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
            await server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>Runs a row once and checks that it has done its whole work.</summary>
internal sealed class RowRunner(BenchPlace place)
{
    /// <exception cref="BenchException">The row failed or left out some of its work.</exception>
    public async Task<RowRun> RunAsync(BenchRow row, CancellationToken cancellationToken)
    {
        var server = row.Server is null ? null : await place.GetServerAsync(row.Server, cancellationToken);
        var backup = row.Backup is null ? "" : await place.GetBackupAsync(row.Backup, cancellationToken);
        var folder = place.NewFolder(row.Name);
        try
        {
            var table = $"Restored-{Guid.NewGuid():N}";
            if (row.NeedsTable)
                await server!.CreateTableAsync(table, cancellationToken);
            if (server is not null)
                await server.ResetAsync(cancellationToken);
            var start = row.Start(new RowPlace(server?.Endpoint.ToString() ?? "", folder, backup, table));
            if (server?.CertificateFile is { } certificate)
                start = start with { Environment = new Dictionary<string, string>(start.Environment) { ["SSL_CERT_FILE"] = certificate } };
            var run = Measured.Read(await Child.RunAsync(start, folder, cancellationToken));
            if (server is not null)
                run = run with { Server = await server.GetStatsAsync(cancellationToken) };
            Check(row, run);
            return run;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Check(BenchRow row, RowRun run)
    {
        if (run.ItemCount != row.Items)
            throw new BenchException($"It handled {run.ItemCount:N0} items of {row.Items:N0}.");
        if (row.Writes is { } writes && run.Server!.ItemsWritten != writes)
            throw new BenchException($"The server took {run.Server.ItemsWritten:N0} items; it should have been {writes:N0} of {row.Items:N0}.");
        if (row.Proof == ServerWork.Written && run.Server!.ItemsWritten < row.Items)
            throw new BenchException($"The server took {run.Server.ItemsWritten:N0} items of {row.Items:N0}.");
        if (row.Proof == ServerWork.Scanned && run.Server!.ItemsScanned < row.Items)
            throw new BenchException($"The server sent {run.Server.ItemsScanned:N0} items of {row.Items:N0}.");
    }
}

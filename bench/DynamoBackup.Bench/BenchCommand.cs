using DynamoBackup.Bench.Harness;
using DynamoBackup.Bench.Report;
using DynamoBackup.Bench.Rows;
using DynamoBackup.Testing;

namespace DynamoBackup.Bench;

/// <summary>The bench, from the command line to its report.</summary>
internal static class BenchCommand
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (BenchOptions.Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(BenchOptions.Usage);
            return 2;
        }

        using var stop = new StopSignal();
        try
        {
            await using var place = new BenchPlace();
            return await RunAsync(options, place, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return 130;
        }
        catch (BenchException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
    }

    private static async Task<int> RunAsync(BenchOptions options, BenchPlace place, CancellationToken cancellationToken)
    {
        var all = RowCatalog.All(options.Sizes, await Tools.FindAsync(place, cancellationToken));
        if (options.Unknown(all).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no row or group '{unknown}'; --list shows all.");
            return 2;
        }

        var rows = all.Where(options.Wants).ToList();
        if (options.List)
        {
            foreach (var row in rows)
                Console.WriteLine($"{row.Group,-8} {row.Name,-24} {row.About}{(row.Missing is null ? "" : $" (skipped here: {row.Missing})")}");
            return 0;
        }

        var machine = Machine.Find(place.Folder);
        Console.WriteLine(machine);
        var run = new BenchRun(options, new RowRunner(place));
        var results = await run.RunAsync(rows, cancellationToken);
        var targets = options.Smoke ? [] : Targets.Judge(results);
        Console.WriteLine();
        Console.WriteLine(ResultTable.Text(results, targets));
        await ResultFiles.WriteAsync(options, machine, results, targets, cancellationToken);
        var failed = results.Where(static result => result.Failure is not null).ToList();
        foreach (var result in failed)
            await Console.Error.WriteLineAsync($"FAILED {result.Row.Name}: {result.Failure}");
        return failed.Count > 0 ? 1 : 0;
    }
}

using DynamoBackup.Bench.Harness;
using DynamoBackup.Bench.Report;
using DynamoBackup.Bench.Rows;

namespace DynamoBackup.Bench;

/// <summary>Runs all rows round by round, each once a round, so that whatever the machine does beside it meets them all alike.</summary>
internal sealed class BenchRun(BenchOptions options, RowRunner runner)
{
    public async Task<IReadOnlyList<RowResult>> RunAsync(IReadOnlyList<BenchRow> rows, CancellationToken cancellationToken)
    {
        var results = rows.Select(static row => new RowResult(row)).ToList();
        foreach (var skipped in results.Where(static result => result.Row.Missing is not null))
            Console.WriteLine($"skipped    {skipped.Row.Name}: {skipped.Row.Missing}");
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var result in results.Where(static result => result.CanRun))
                await RunOnceAsync(result, round, cancellationToken);
        }

        return results;
    }

    private async Task RunOnceAsync(RowResult result, int round, CancellationToken cancellationToken)
    {
        var title = $"round {round}/{options.Rounds}";
        try
        {
            var run = await runner.RunAsync(result.Row, cancellationToken);
            result.Runs.Add(run);
            Console.WriteLine($"{title,-10} {ResultTable.Progress(result.Row, run)}");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A row that fails is reported at the end and not run again; the others go on.
            result.Failure = exception is BenchException ? exception.Message : exception.ToString();
            Console.WriteLine($"{title,-10} {result.Row.Name,-24} FAILED: {exception.Message}");
        }
    }
}

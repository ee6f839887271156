using System.Diagnostics;
using System.Globalization;
using DynamoBackup.Quickstart;
using DynamoBackup.Testing;

if (QuickstartOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(QuickstartOptions.Usage);
    return 2;
}

var watch = Stopwatch.StartNew();
using var stop = new StopSignal();
try
{
    await using var stage = await Stage.SetAsync(Console.Error.WriteLine, stop.Token);
    if (options.Script is not null)
    {
        var succeeded = stage.Shell.Run(options.Script);
        stop.Token.ThrowIfCancellationRequested();
        return stage.Shell.ExitCode ?? (succeeded ? 0 : 1);
    }

    await new Story(stage, stop.Token).TellAsync();
    AdminConsole.Say(string.Create(CultureInfo.InvariantCulture, $"Everything was as expected, in {watch.Elapsed.TotalSeconds:0.0} seconds."));
    return 0;
}
catch (Exception e) when (stop.Token.IsCancellationRequested)
{
    Console.Error.WriteLine($"Stopped and cleaned up ({e.GetType().Name}).");
    return 130;
}
catch (UnexpectedOutcomeException e)
{
    Console.Error.WriteLine($"NOT as expected: {e.Message}");
    return 1;
}
catch (Exception e)
{
    // Caught whatever it is, for an exception that nobody catches ends the process before the server and the folder are cleaned up.
    Console.Error.WriteLine(e is DynamoBackup.Testing.ServerStartException ? e.Message : e.ToString());
    return 1;
}

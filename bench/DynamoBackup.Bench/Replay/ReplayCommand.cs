using System.Globalization;
using System.Runtime.InteropServices;

namespace DynamoBackup.Bench.Replay;

/// <summary>The replay server as a process of its own, so that its time and memory are not its client's.</summary>
public static class ReplayCommand
{
    private const string Usage =
        "replay [--items N] [--shape small|big|mixed] [--page-bytes N] [--held-bytes N] [--latency-ms N] [--tls] [--certificate-file PATH] [--segments-cached N] [--seed N] [--changed-percent P]";

    /// <summary>Serves until its standard input closes, or it is asked to end.</summary>
    /// <param name="args">The command line, with or without the word "replay".</param>
    /// <returns>0, or 2 where the command line cannot be read.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        ReplayOptions options;
        try
        {
            options = Parse(args);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            await Console.Error.WriteLineAsync($"{exception.Message} Usage: {Usage}");
            return 2;
        }

        using var ended = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        await using var server = await ReplayServer.StartAsync(options, ended.Token);
        Console.WriteLine($"READY {server.Address.GetLeftPart(UriPartial.Authority)}");
        await UntilInputClosesAsync(ended.Token);
        return 0;

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ended.Cancel();
        }
    }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    internal static ReplayOptions Parse(string[] args)
    {
        var options = new ReplayOptions();
        for (var index = args is ["replay", ..] ? 1 : 0; index < args.Length; index++)
        {
            var name = args[index];
            options = name switch
            {
                "--items" => options with { Items = Number(0) },
                "--shape" => options with { Shape = Enum.TryParse<ItemShape>(Value(), ignoreCase: true, out var shape) ? shape : throw new FormatException($"There is no shape '{args[index]}'.") },
                "--page-bytes" => options with { PageBytes = checked((int)Number(1)) },
                "--held-bytes" => options with { HeldBytes = Number(1) },
                "--latency-ms" => options with { Latency = TimeSpan.FromMilliseconds(Number(0)) },
                "--tls" => options with { Tls = true },
                "--certificate-file" => options with { CertificateFile = Value() },
                "--seed" => options with { Seed = (ulong)Number(0) },
                "--changed-percent" => options with { ChangedPercent = Percent() },
                // Any number of segments is served from the same pages, so none needs to be told; callers may still tell it.
                "--segments-cached" => Unchanged(Number(1)),
                _ => throw new FormatException($"There is no option '{name}'."),
            };

            ReplayOptions Unchanged(long _) => options;

            string Value() => ++index < args.Length ? args[index] : throw new FormatException($"{name} needs a value.");

            long Number(long least) => long.TryParse(Value(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
                ? number
                : throw new FormatException($"{name} needs a whole number of at least {least}, not '{args[index]}'.");

            double Percent() => double.TryParse(Value(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100
                ? percent
                : throw new FormatException($"{name} needs a number from 0 to 100, not '{args[index]}'.");
        }

        return options;
    }

    private static async Task UntilInputClosesAsync(CancellationToken ended)
    {
        var closed = Task.Run(async () =>
        {
            // The console's stream does not hear of the token, so it is left behind where a signal comes first.
            var buffer = new byte[256];
            await using var input = Console.OpenStandardInput();
            while (await input.ReadAsync(buffer, CancellationToken.None) > 0)
            {
            }
        }, CancellationToken.None);
        await Task.WhenAny(closed, Task.Delay(Timeout.Infinite, ended));
    }
}

using System.Diagnostics;
using System.Globalization;

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>
/// Feeds a target with inputs numbered from a seed: the same seed and number give the same input, whatever runs beside it. Watches for what does not end
/// and for memory that an input's size does not explain.
/// </summary>
internal sealed class FuzzRun(Func<FuzzTarget> create, int seed)
{
    /// <summary>No input takes milliseconds; this is for a machine that is busy with other things.</summary>
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(60);

    private long _next;
    private long _accepted;
    private long _pristine;
    private long _mostAllocated;

    /// <summary>Reads so many inputs.</summary>
    /// <returns>What happened, in words.</returns>
    public async Task<string> RunAsync(long inputs, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Worker()).ToArray();
        var reading = workers.Select(worker => Task.Factory.StartNew(() => Read(worker, inputs, cancel.Token), cancel.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        var all = Task.WhenAll(reading);
        while (await Task.WhenAny(all, Task.Delay(1_000, cancellationToken)) != all)
        {
            if (workers.FirstOrDefault(worker => worker.IsLate) is { } late)
                Assert.Fail($"Input {late.Number} of seed {seed} has not been read to its end for {LongestRead.TotalSeconds:0} s.");
            if (reading.Any(worker => worker.IsFaulted))
                await cancel.CancelAsync();
        }

        await all;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{create().GetType().Name}, seed {seed}: {inputs:N0} inputs ({_pristine:N0} of them sound), {_accepted:N0} accepted and equal to the independent reading, {inputs - _accepted:N0} refused; at most {_mostAllocated:N0} bytes allocated for one; {watch.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>Makes one input again.</summary>
    public static (byte[] Input, Random Random, bool Pristine) Make(ByteMutator mutator, int seed, long number)
    {
        var random = new Random(HashCode(seed, number));
        return (mutator.Next(random, out var pristine), random, pristine);
    }

    private void Read(Worker worker, long inputs, CancellationToken cancellationToken)
    {
        var target = create();
        var mutator = new ByteMutator(target.Corpus, target.Words);
        long number;
        while (!cancellationToken.IsCancellationRequested && (number = Interlocked.Increment(ref _next)) <= inputs)
        {
            worker.Begin(number);
            var (input, random, pristine) = Make(mutator, seed, number);
            var before = GC.GetAllocatedBytesForCurrentThread();
            bool accepted;
            try
            {
                accepted = target.Read(input, random);
                if (pristine && !accepted)
                    throw new InvalidDataException("A sound input was refused.");
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                if (allocated > target.FixedAllocation + target.AllocationPerByte * input.Length)
                    throw new InvalidDataException($"{allocated:N0} bytes were allocated for an input of {input.Length:N0}.");
                InterlockedMax(ref _mostAllocated, allocated);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException($"{target.GetType().Name}, seed {seed}, input {number}: {exception.Message}{Environment.NewLine}{Convert.ToBase64String(input)}", exception);
            }
            finally
            {
                worker.End();
            }

            if (accepted)
                Interlocked.Increment(ref _accepted);
            if (pristine)
                Interlocked.Increment(ref _pristine);
        }
    }

    /// <summary>Not the framework's, whose values differ from process to process.</summary>
    private static int HashCode(int seed, long number)
    {
        var mixed = unchecked(((ulong)number ^ (ulong)(uint)seed << 40) * 0x9E37_79B9_7F4A_7C15);
        return (int)(mixed >> 33);
    }

    private static void InterlockedMax(ref long most, long value)
    {
        for (var known = Interlocked.Read(ref most); value > known; known = Interlocked.Read(ref most))
            Interlocked.CompareExchange(ref most, value, known);
    }

    private sealed class Worker
    {
        private long _began;
        private long _number;

        public long Number => Interlocked.Read(ref _number);

        public bool IsLate => Interlocked.Read(ref _began) is > 0 and var began && Stopwatch.GetElapsedTime(began) > LongestRead;

        public void Begin(long number)
        {
            Interlocked.Exchange(ref _number, number);
            Interlocked.Exchange(ref _began, Stopwatch.GetTimestamp());
        }

        public void End() => Interlocked.Exchange(ref _began, 0);
    }
}

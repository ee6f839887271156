namespace DynamoBackup.Bench.Work;

/// <summary>A measured operation of a row that is not the module's.</summary>
internal interface IWork
{
    /// <summary>What goes before the measured part: connections to no server yet, data in memory.</summary>
    Task PrepareAsync() => Task.CompletedTask;

    /// <summary>The measured part.</summary>
    /// <returns>The items that it handled.</returns>
    Task<long> RunAsync();
}

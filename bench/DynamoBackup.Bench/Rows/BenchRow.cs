using DynamoBackup.Bench.Harness;

namespace DynamoBackup.Bench.Rows;

/// <summary>One line of the table: an operation that is run in a fresh process each time.</summary>
/// <param name="Group">What it is compared with.</param>
/// <param name="Name">Its name, for <c>--only</c> and the targets.</param>
/// <param name="Items">Items that one run handles; 0 where items are not what it is about.</param>
/// <param name="Start">The process that does it.</param>
internal sealed record BenchRow(string Group, string Name, long Items, Func<RowPlace, ChildStart> Start)
{
    /// <summary>What it is and what limits it, for the list.</summary>
    public required string About { get; init; }

    /// <summary>The server that it needs, if any.</summary>
    public ReplayOptions? Server { get; init; }

    /// <summary>The table whose backup it reads, if any.</summary>
    public ReplayOptions? Backup { get; init; }

    /// <summary>Which work the server must have counted.</summary>
    public ServerWork Proof { get; init; }

    /// <summary>Items that it must write, no more and no fewer; null for all that it handles.</summary>
    public long? Writes { get; init; }

    /// <summary>The budget of write units that it keeps to, if any; each of its items costs one.</summary>
    public long? UnitsPerSecond { get; init; }

    /// <summary>Whether the table to write to is created before the run; the module creates its own.</summary>
    public bool NeedsTable { get; init; }

    /// <summary>Why it can't be run here; null where it can.</summary>
    public string? Missing { get; init; }
}

/// <summary>What the server must have counted for a run to count as done.</summary>
internal enum ServerWork
{
    None,
    Scanned,
    Written,
}

/// <summary>What a run is given.</summary>
/// <param name="Endpoint">The server's address; empty where the row needs none.</param>
/// <param name="Folder">An empty folder of its own.</param>
/// <param name="Backup">The folder with the backup to read; empty where the row needs none.</param>
/// <param name="Table">A table name that has not been used.</param>
internal sealed record RowPlace(string Endpoint, string Folder, string Backup, string Table);

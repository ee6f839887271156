namespace DynamoBackup;

/// <summary>Which backups of one store to remove. Everything given must fit.</summary>
public sealed record RemovalRequest
{
    /// <summary>The store.</summary>
    public required string Source { get; init; }

    /// <summary>How to reach that store.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>
    /// The backup's folder, relative to the store; null looks for <see cref="Id"/>. An unfinished backup that is named so and that a run may be at work on is an
    /// error; it is passed over otherwise.
    /// </summary>
    public string? Path { get; init; }

    /// <summary>Takes a table's name and ARN, and tells whether it is meant; null means all tables.</summary>
    public Func<string, string, bool>? TableFilter { get; init; }

    /// <summary>A backup's id; null means all unfinished ones, and is refused otherwise.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// Ids of backups that go too: those that have gone before this one, and the incremental backup that makes a full one exact and goes right behind it. What builds on
    /// those that are asked for, or is built on by them, is no reason to refuse where it is among these.
    /// </summary>
    public IReadOnlyCollection<string> Together { get; init; } = [];

    /// <summary>Unfinished backups, and those whose removal was not ended, in place of complete ones.</summary>
    public bool Unfinished { get; init; }

    /// <summary>How long an unfinished backup must have been left alone; at least 15 minutes, unless its checkpoint tells that no run is at work on it.</summary>
    public TimeSpan OlderThan { get; init; } = TimeSpan.FromDays(7);
}

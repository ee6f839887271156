namespace DynamoBackup.PowerShell.Tests.Credentials;

/// <summary>Keys as an SDK hands them out.</summary>
public sealed record HandedKeys(string AccessKey, string SecretKey, string? Token);

/// <summary>A .NET object that hands out other keys each time it is asked, as one that has just renewed them.</summary>
public sealed class KeySource(string secret, string? failure = null)
{
    private int _asked;

    /// <summary>How often it was asked.</summary>
    public int Asked => _asked;

    public HandedKeys GetCredentials() => failure is null
        ? Keys(Interlocked.Increment(ref _asked))
        : throw new InvalidOperationException(failure);

    private HandedKeys Keys(int turn) => new($"AKIDTURN{turn}", secret, $"token of turn {turn}");
}

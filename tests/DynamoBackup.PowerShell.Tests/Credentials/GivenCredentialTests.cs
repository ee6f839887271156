using System.Collections.Concurrent;
using System.Management.Automation;
using System.Security;
using Amazon.Runtime;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Credentials;

/// <summary>-Credential takes what an admin of AWS has at hand, and shows nothing of it.</summary>
public sealed class GivenCredentialTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string Secret = "gIvEnSeCrEtOfThisTest/+0123456789abcdefg";
    private const string Token = "gIvEnToKeNOfThisTest0123456789";

    private readonly ConcurrentQueue<(string AccessKey, string Token)> _signers = new();

    public static TheoryData<string> Shapes =>
    [
        "$login",
        "[pscustomobject]@{ AccessKeyId = 'AKIDGIVEN'; SecretAccessKey = $secret; SessionToken = $token }",
        "[pscustomobject]@{ AccessKey = 'AKIDGIVEN'; SecretKey = $secret; Token = $token }",
        "@{ AccessKeyId = 'AKIDGIVEN'; SecretAccessKey = $secure; SessionToken = $token }",
        "$session",
        "(Add-Method ([pscustomobject]@{ Name = 'mine' }) { @{ AccessKey = 'AKIDGIVEN'; SecretKey = $secret; Token = $token } })",
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_shape_of_credentials_signs_a_whole_road(string shape)
    {
        var table = await CreateTableAsync(items: 20);
        await using var proxy = await StartAsync();
        Shell.Run(
            $$"""
            $given = {{shape}}
            Backup-DynamoTable {{table}} $store -Credential $given @to
            Test-DynamoBackup {{table}} $store -Level Live -Credential $given @to
            Restore-DynamoTable {{table}} $store -TargetTable {{table}}-copy -Verify -Confirm:$false -Credential $given @to
            """).Succeeded();
        Assert.Equal(await Dynalite.ReadAsync(table), await Dynalite.ReadAsync(table + "-copy"));
        Assert.Equal(["AKIDGIVEN"], _signers.Select(signer => signer.AccessKey).Distinct());
        Assert.Equal([shape == "$login" ? "" : Token], _signers.Select(signer => signer.Token).Distinct());
    }

    [Fact]
    public async Task An_object_that_renews_its_keys_is_asked_for_every_request()
    {
        var table = await CreateTableAsync(items: 60);
        await using var proxy = await StartAsync();
        var source = new KeySource(Secret);
        Shell.Set("source", source);
        Shell.Run($"Backup-DynamoTable {table} $store -Credential $source @to | Restore-DynamoTable -TargetTable {table}-copy -Verify -Confirm:$false -Credential $source @to").Single();
        Assert.Equal(await Dynalite.ReadAsync(table), await Dynalite.ReadAsync(table + "-copy"));
        Assert.True(source.Asked >= _signers.Count, $"asked {source.Asked} times for {_signers.Count} requests");
        Assert.Equal(_signers.Count, _signers.Select(signer => signer.AccessKey).Distinct().Count());
        Assert.All(_signers, signer => Assert.Equal(signer.AccessKey.Replace("AKIDTURN", "token of turn ", StringComparison.Ordinal), signer.Token));
    }

    [Theory]
    [InlineData("Add-Method ([pscustomobject]@{}) { $global:asked++; @{ AccessKey = 'AKIDGIVEN'; SecretKey = $secret } }")]
    [InlineData("class Vault { [object] GetCredentials() { $global:asked++; return @{ AccessKey = 'AKIDGIVEN'; SecretKey = $global:secret } } }; [Vault]::new()")]
    public async Task A_method_of_a_script_is_called_once_however_many_tables_there_are(string script)
    {
        var (one, two) = (await CreateTableAsync(items: 20), await CreateTableAsync());
        await using var proxy = await StartAsync();
        Shell.Run($"$asked = 0; $given = & {{ {script} }}; '{one}', '{two}' | Backup-DynamoTable -Destination $store -Credential $given @to").Succeeded();
        Assert.Equal(1, Convert.ToInt32(Shell.Get("asked"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(["AKIDGIVEN"], _signers.Select(signer => signer.AccessKey).Distinct());
    }

    [Theory]
    [InlineData("$source", "the session has ended")]
    [InlineData("(Add-Method ([pscustomobject]@{}) { throw 'the session has ended' })", "the session has ended")]
    public async Task An_object_that_fails_to_give_keys_ends_the_command_and_says_why(string given, string why)
    {
        await using var proxy = await StartAsync();
        Shell.Set("source", new KeySource(Secret, "the session has ended"));
        var error = Shell.Run($"Backup-DynamoTable orders, other $store -Credential {given} @to").EndedBy();
        Assert.Equal("CredentialsNotFound,DynamoBackup.PowerShell.Commands.BackupDynamoTableCommand", error.FullyQualifiedErrorId);
        Assert.Contains(why, error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Sign in again", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(proxy.Requests);
    }

    [Theory]
    [InlineData("\"AKIDGIVEN:$secret\"", "String")]
    [InlineData("@{ AccessKeyId = 'AKIDGIVEN'; Secret = $secret }", "Hashtable")]
    [InlineData("[pscustomobject]@{ SecretAccessKey = $secret; SessionToken = $token }", "PSCustomObject")]
    [InlineData("@{ AccessKeyId = 17; SecretAccessKey = $secret }", "Hashtable")]
    [InlineData("$secure", "SecureString")]
    [InlineData("(Add-Method ([pscustomobject]@{ SecretKey = $secret }) { })", "PSCustomObject")]
    [InlineData("(Add-Method ([pscustomobject]@{ SecretKey = $secret }) { $secret })", "PSCustomObject")]
    public async Task An_object_that_holds_no_credentials_is_refused_without_showing_it(string given, string type)
    {
        await using var proxy = await StartAsync();
        var run = Shell.Run($"Backup-DynamoTable orders, other $store -Credential ({given}) -Verbose -Debug @to");
        var error = run.EndedBy();
        ExpectedError.Of("Backup", "InvalidArgument", "InvalidArgument", null, "Give a PSCredential").AssertIs(error);
        Assert.Contains($"The {type} given as -Credential", error.Exception.Message, StringComparison.Ordinal);
        AssertNoSecret(run.Everything());
        Assert.Empty(proxy.Requests);
    }

    [Theory]
    [InlineData("-ProfileName some")]
    [InlineData("-AccessKey AKID -SecretKey secret")]
    public async Task Only_one_way_to_give_credentials_may_be_taken(string other)
    {
        await using var proxy = await StartAsync();
        foreach (var script in new[] { "Backup-DynamoTable orders $store", "Get-DynamoBackup -Source $store", "Test-DynamoBackup -Source $store", "Restore-DynamoTable orders $store -Confirm:$false" })
            Assert.Contains("Give one of -Credential, -ProfileName", Shell.Run($"{script} -Credential $login {other} @to").EndedBy().Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task No_stream_and_no_file_shows_a_given_secret(string shape)
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartAsync();
        var refused = false;
        var pass = proxy.OnRequest!;
        proxy.OnRequest = exchange =>
        {
            if (refused) exchange.Respond(DynamoErrors.UnrecognizedClient());
            return pass(exchange);
        };
        var good = Shell.Run($"$given = {shape}; Backup-DynamoTable {table} $store -Credential $given -Verbose -Debug @to");
        good.Single();
        refused = true;
        var bad = Shell.Run($"$given = {shape}; Backup-DynamoTable {table} $store -Credential $given -Verbose -Debug @to");
        foreach (var run in new[] { good, bad })
        {
            Assert.NotEmpty(run.Verbose);
            AssertNoSecret(run.Everything());
        }

        foreach (var file in Store.Files.Where(file => file.Contains("manifest", StringComparison.Ordinal) || file.EndsWith("dynamobackup.json", StringComparison.Ordinal)))
            AssertNoSecret(await File.ReadAllTextAsync(Path.Combine(Store.Path, file), Cancel));
        for (Exception? exception = bad.EndedBy().Exception; exception is not null; exception = exception.InnerException) AssertNoSecret(exception.ToString());
    }

    [Fact]
    public async Task What_a_console_or_a_transcript_would_record_shows_no_given_secret()
    {
        var table = await CreateTableAsync();
        using var screen = new StringWriter();
        using var shell = new ModuleShell(Dynalite.Endpoint, screen: screen);
        Prepare(shell, Dynalite.Endpoint);
        shell.Set("store", Store.Path);
        Assert.True(shell.Show($"Backup-DynamoTable {table} $store -Credential $login -Verbose -Debug @to"));
        Assert.False(shell.Show("Backup-DynamoTable nosuchtable $store -Credential $session -Verbose -Debug @to"));
        Assert.False(shell.Show("Backup-DynamoTable nosuchtable $store -Credential $session -ProfileName both @to; $Error[0] | Out-Default"));
        Assert.Contains("VERBOSE", screen.ToString(), StringComparison.Ordinal);
        Assert.Contains("nosuchtable", screen.ToString(), StringComparison.Ordinal);
        AssertNoSecret(screen.ToString());
    }

    private static void AssertNoSecret(string text)
    {
        Assert.DoesNotContain(Secret, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Token, text, StringComparison.OrdinalIgnoreCase);
    }

    private static void Prepare(ModuleShell shell, Uri endpoint)
    {
        var secure = new SecureString();
        foreach (var character in Secret) secure.AppendChar(character);
        shell.Set("secret", Secret);
        shell.Set("token", Token);
        shell.Set("secure", secure);
        shell.Set("login", new PSCredential("AKIDGIVEN", secure));
        // The tests' own SDK is another one than the engine's, as AWS Tools' is.
        shell.Set("session", new SessionAWSCredentials("AKIDGIVEN", Secret, Token));
        shell.Run(
            $$"""
            $to = @{ EndpointUrl = '{{endpoint}}'; Region = 'us-east-1' }
            function Add-Method($To, $Script) {
                $To.psobject.Methods.Add([System.Management.Automation.PSScriptMethod]::new('GetCredentials', $Script))
                $To
            }
            """).Succeeded();
    }

    private async Task<DynamoProxy> StartAsync()
    {
        var proxy = await StartProxyAsync();
        proxy.OnRequest = exchange =>
        {
            _signers.Enqueue((exchange.RequestHeaders.Authorization.ToString().Split('=')[1].Split('/')[0], exchange.RequestHeaders["X-Amz-Security-Token"].ToString()));
            return Task.CompletedTask;
        };
        Prepare(Shell, proxy.Endpoint);
        return proxy;
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Errors;

/// <summary>Connections that cannot work end the command, and nothing of a backup is left.</summary>
public sealed class ConnectionErrorTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    public static TheoryData<string, string> Commands => new()
    {
        { "Backup", "Backup-DynamoTable orders, other $store {0}" },
        { "Test", "Test-DynamoBackup -Source $store -Level Live {0}" },
        { "Restore", "Restore-DynamoTable orders $store -Confirm:$false {0}" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Keys_go_together(string command, string script)
    {
        ExpectedError.Of(command, "InvalidArgument", "InvalidArgument", null, "give both, or neither").AssertIs(Run(script, "-AccessKey AKID"));
        ExpectedError.Of(command, "InvalidArgument", "InvalidArgument", null, "give both, or neither").AssertIs(Run(script, "-SecretKey secret"));
        ExpectedError.Of(command, "InvalidArgument", "InvalidArgument", null, "-SessionToken needs").AssertIs(Run(script, "-SessionToken token"));
        ExpectedError.Of(command, "InvalidArgument", "InvalidArgument", null, "Give either -ProfileName or").AssertIs(Run(script, "-AccessKey AKID -SecretKey secret -ProfileName some"));
    }

    [Theory]
    [InlineData("-Region nowhere", "nowhere", "Give one such as us-east-1")]
    [InlineData("-Region 'us east 1'", "us east 1", "Give one such as us-east-1")]
    [InlineData("-Region us-east-1 -EndpointUrl 'not an address'", "not an address", "Give one such as http://127.0.0.1:8000")]
    [InlineData("-Region us-east-1 -EndpointUrl 'ftp://127.0.0.1'", "ftp://127.0.0.1", "Give one such as http://127.0.0.1:8000")]
    public void An_address_that_makes_no_sense_is_refused(string parameters, string target, string nextStep)
    {
        ExpectedError.Of("Backup", "InvalidArgument", "InvalidArgument", target, nextStep)
            .AssertIs(Shell.Run($"Backup-DynamoTable orders, other $store -AccessKey AKID -SecretKey secret {parameters}").EndedBy());
        Store.AssertEmpty();
    }

    [Fact]
    public async Task A_profile_that_does_not_exist_is_an_error_and_other_credentials_are_not_tried()
    {
        await using var proxy = await StartProxyAsync();
        await File.WriteAllTextAsync(Folder.Combine("credentials"), "[other]\naws_access_key_id = AKID\naws_secret_access_key = secret\n", Cancel);
        Shell.Set("credentials", Folder.Combine("credentials"));
        Shell.Set("endpoint", proxy.Endpoint.AbsoluteUri);
        var error = Shell.Run("Backup-DynamoTable orders, other $store -ProfileName nosuch -ProfileLocation $credentials -EndpointUrl $endpoint").EndedBy();
        ExpectedError.Of("Backup", "ProfileNotFound", "AuthenticationError", "nosuch", "aws configure --profile nosuch").AssertIs(error);
        Assert.Contains(Folder.Combine("credentials"), error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(proxy.Requests);
        Store.AssertEmpty();
    }

    [Fact]
    public async Task A_profile_from_a_file_is_used()
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync();
        var signers = new ConcurrentDictionary<string, int>();
        proxy.OnRequest = exchange =>
        {
            signers.AddOrUpdate(exchange.RequestHeaders.Authorization.ToString().Split('=')[1].Split('/')[0], 1, static (_, count) => count + 1);
            return Task.CompletedTask;
        };
        await File.WriteAllTextAsync(Folder.Combine("credentials"), "[backup]\naws_access_key_id = AKIDOFTHEPROFILE\naws_secret_access_key = secret\nregion = us-east-1\n", Cancel);
        Shell.Set("folder", Folder.Path);
        Shell.Set("endpoint", proxy.Endpoint.AbsoluteUri);
        Shell.Run("$null = $ExecutionContext.SessionState.Path.SetLocation($folder)").Succeeded();
        Shell.Run($"Backup-DynamoTable {table} $store -ProfileName backup -ProfileLocation ./credentials -EndpointUrl $endpoint").Single();
        Assert.Equal(["AKIDOFTHEPROFILE"], signers.Keys);
    }

    [Fact]
    public async Task No_credentials_at_all_is_an_error_that_names_every_way_out()
    {
        var lines = await RunInEmptyEnvironmentAsync("-EndpointUrl http://127.0.0.1:9 -Region us-east-1");
        Assert.Equal("CredentialsNotFound,DynamoBackup.PowerShell.Commands.BackupDynamoTableCommand | AuthenticationError |", lines[0]);
        Assert.Contains("Give -ProfileName, or -AccessKey and -SecretKey, or set up the default chain", lines[1], StringComparison.Ordinal);
        Store.AssertEmpty();
    }

    [Fact]
    public async Task No_region_at_all_is_an_error()
    {
        var lines = await RunInEmptyEnvironmentAsync("-AccessKey AKID -SecretKey secret");
        Assert.Equal("RegionNotFound,DynamoBackup.PowerShell.Commands.BackupDynamoTableCommand | InvalidArgument |", lines[0]);
        Assert.Contains("Give -Region, or set AWS_REGION", lines[1], StringComparison.Ordinal);
        Store.AssertEmpty();
    }

    [Fact]
    public async Task Expired_credentials_end_the_command()
    {
        var (one, two) = (await CreateTableAsync(), await CreateTableAsync());
        await using var proxy = await StartProxyAsync("DescribeTable", DynamoErrors.ExpiredToken);
        ExpectedError.Of("Backup", "AuthenticationFailed", "AuthenticationError", one, "Sign in again or renew them")
            .AssertIs(Shell.Run($"Backup-DynamoTable {one}, {two} $store @aws").EndedBy());
        Assert.Equal(1, proxy.RequestCount("DescribeTable"));
        Store.AssertEmpty();
    }

    [Fact]
    public async Task Credentials_that_expire_in_mid_run_leave_nothing()
    {
        var (one, two) = (await CreateTableAsync(items: 30), await CreateTableAsync());
        await using var proxy = await StartProxyAsync("Scan", DynamoErrors.ExpiredToken);
        ExpectedError.Of("Backup", "AuthenticationFailed", "AuthenticationError", one, "Sign in again or renew them")
            .AssertIs(Shell.Run($"Backup-DynamoTable {one}, {two} $store @aws").EndedBy());
        Store.AssertEmpty();
        Assert.Empty(Shell.Run("Get-DynamoBackup -Source $store").Succeeded());
    }

    [Fact]
    public async Task Unknown_keys_end_the_command()
    {
        var table = await CreateTableAsync();
        await using var proxy = await StartProxyAsync("DescribeTable", DynamoErrors.UnrecognizedClient);
        ExpectedError.Of("Backup", "AuthenticationFailed", "AuthenticationError", table, "Check the access key")
            .AssertIs(Shell.Run($"Backup-DynamoTable {table}, {table} $store @aws").EndedBy());
    }

    [Fact]
    public async Task An_endpoint_that_no_one_listens_on_ends_the_command()
    {
        await CreateBackupAsync(name: Dynalite.UniqueName("listed"));
        Shell.Connect(new Uri($"http://127.0.0.1:{ClosedPort.Find()}"));
        ExpectedError.Of("Backup", "EndpointUnreachable", "ConnectionError", "orders", "Check -Region, -EndpointUrl and the network")
            .AssertIs(Shell.Run("Backup-DynamoTable orders, other $store @aws").EndedBy());
        Assert.StartsWith("EndpointUnreachable,", Shell.Run("Restore-DynamoTable '*' $store -Confirm:$false @aws").EndedBy().FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Single(Shell.Run("Get-DynamoBackup -Source $store").Succeeded());
    }

    private ErrorRecord Run(string script, string parameters) =>
        Shell.Run(string.Format(CultureInfo.InvariantCulture, script, parameters)).EndedBy();

    private async Task<IReadOnlyList<string>> RunInEmptyEnvironmentAsync(string parameters)
    {
        var outcome = await new HostProcess(Directory.CreateDirectory(Folder.Combine("home")).FullName).RunAsync(
            $$"""
            try { Backup-DynamoTable orders, other $store {{parameters}} }
            catch { "$($_.FullyQualifiedErrorId) | $($_.CategoryInfo.Category) | $($_.TargetObject)"; "$_" -replace '\s+', ' ' }
            """,
            ("store", Store.Path));
        Assert.Equal(2, outcome.Succeeded().Count);
        return outcome.Lines;
    }
}

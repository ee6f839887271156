using System.Collections.Concurrent;
using System.Globalization;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Credentials;

/// <summary>
/// The SDK's own ways to credentials, each run by the SDK itself in a process of its own: only the services that hand the keys out are
/// stubs on this machine.
/// </summary>
public sealed class SdkCredentialTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string Role = "arn:aws:iam::111122223333:role/Backup";
    private const string Secret = "sEcReToFaPrOfIlE/0123456789+abcdefghijkl";

    /// <summary>SHA-1 of the session's name, <c>company</c>.</summary>
    private const string SessionHash = "71b21161ffa1e6516bcc072aaf5ef38cbe85b511";

    private readonly ConcurrentQueue<(string AccessKey, string Token)> _signers = new();

    [Fact]
    public async Task A_profile_assumes_its_role_with_the_keys_of_another_profile()
    {
        await using var stub = await IdentityStub.StartAsync(Cancel);
        await WriteAsync(".aws/config", $"[profile backup]\nrole_arn = {Role}\nsource_profile = base\nrole_session_name = nightly\nregion = us-east-1\n");
        await WriteAsync(".aws/credentials", $"[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = {Secret}\n");
        await BackUpAsync("-ProfileName backup", ("AWS_ENDPOINT_URL_STS", stub.Endpoint.AbsoluteUri));
        Assert.Equal([$"AssumeRole {Role} by AKIDBASE"], stub.Calls.Distinct());
        AssertSignedBy(stub);
    }

    [Fact]
    public async Task The_default_profile_may_be_one_that_assumes_a_role()
    {
        await using var stub = await IdentityStub.StartAsync(Cancel);
        await WriteAsync(".aws/config", $"[default]\nrole_arn = {Role}\nsource_profile = base\nregion = us-east-1\n");
        await WriteAsync(".aws/credentials", $"[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = {Secret}\n");
        await BackUpAsync("", ("AWS_ENDPOINT_URL_STS", stub.Endpoint.AbsoluteUri));
        Assert.Equal([$"AssumeRole {Role} by AKIDBASE"], stub.Calls.Distinct());
        AssertSignedBy(stub);
    }

    [Fact]
    public async Task A_role_whose_keys_end_soon_is_assumed_again_in_mid_run()
    {
        await using var stub = await IdentityStub.StartAsync(Cancel);
        stub.Lifetime = TimeSpan.FromSeconds(3);
        await WriteAsync(".aws/config", $"[profile backup]\nrole_arn = {Role}\nsource_profile = base\nregion = us-east-1\n");
        await WriteAsync(".aws/credentials", $"[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = {Secret}\n");
        await BackUpAsync("-ProfileName backup", ("AWS_ENDPOINT_URL_STS", stub.Endpoint.AbsoluteUri));
        Assert.InRange(stub.Calls.Count, 2, int.MaxValue);
        Assert.Equal([$"AssumeRole {Role} by AKIDBASE"], stub.Calls.Distinct());
        Assert.InRange(_signers.Select(signer => signer.AccessKey).Distinct().Count(), 2, int.MaxValue);
        Assert.Subset(stub.Handed.Select(keys => (keys.AccessKey, keys.Token)).ToHashSet(), _signers.ToHashSet());
    }

    [Fact]
    public async Task A_role_that_may_not_be_assumed_ends_the_command()
    {
        await using var stub = await IdentityStub.StartAsync(Cancel);
        stub.Refuses = true;
        await WriteAsync(".aws/config", $"[profile backup]\nrole_arn = {Role}\nsource_profile = base\nregion = us-east-1\n");
        await WriteAsync(".aws/credentials", $"[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = {Secret}\n");
        var lines = await FailAsync("-ProfileName backup", ("AWS_ENDPOINT_URL_STS", stub.Endpoint.AbsoluteUri));
        Assert.Equal("CredentialsNotFound | AuthenticationError |", lines[0]);
        Assert.Contains($"role {Role}", lines[1], StringComparison.Ordinal);
        Assert.Contains("not authorized to perform: sts:AssumeRole", lines[1], StringComparison.Ordinal);
        Assert.Contains("check the profile and its role", lines[1], StringComparison.Ordinal);
        Assert.Empty(_signers);
    }

    [Fact]
    public async Task A_profile_of_a_signed_in_user_gets_its_role_from_the_portal()
    {
        await using var stub = await IdentityStub.StartAsync(Cancel);
        await WriteSignOnAsync(DateTime.UtcNow.AddHours(1));
        await BackUpAsync("-ProfileName work", ("AWS_ENDPOINT_URL_SSO", stub.Endpoint.AbsoluteUri));
        Assert.Equal(["GetRoleCredentials 111122223333 BackupRole"], stub.Calls.Distinct());
        AssertSignedBy(stub);
    }

    [Fact]
    public async Task A_user_whose_sign_in_has_ended_is_told_so()
    {
        await using var stub = await IdentityStub.StartAsync(Cancel);
        await WriteSignOnAsync(DateTime.UtcNow.AddHours(-1));
        var lines = await FailAsync("-ProfileName work", ("AWS_ENDPOINT_URL_SSO", stub.Endpoint.AbsoluteUri), ("AWS_ENDPOINT_URL_SSO_OIDC", stub.Endpoint.AbsoluteUri));
        Assert.Equal("CredentialsNotFound | AuthenticationError |", lines[0]);
        Assert.Contains("SSO Token has expired", lines[1], StringComparison.Ordinal);
        Assert.Contains("aws sso login", lines[1], StringComparison.Ordinal);
        Assert.Empty(_signers);
    }

    [Fact]
    public async Task A_container_gets_the_keys_of_its_role()
    {
        await using var stub = await IdentityStub.StartAsync(Cancel);
        await BackUpAsync("-Region us-east-1", ("AWS_CONTAINER_CREDENTIALS_FULL_URI", new Uri(stub.Endpoint, IdentityStub.ContainerPath).AbsoluteUri));
        Assert.Equal(["Container"], stub.Calls.Distinct());
        AssertSignedBy(stub);
    }

    [Fact]
    public async Task A_token_of_another_identity_provider_is_exchanged_for_a_role()
    {
        await using var stub = await IdentityStub.StartAsync(Cancel);
        await WriteAsync("token", "token-of-the-identity-provider");
        await BackUpAsync(
            "-Region us-east-1", ("AWS_ENDPOINT_URL_STS", stub.Endpoint.AbsoluteUri), ("AWS_ROLE_ARN", Role),
            ("AWS_WEB_IDENTITY_TOKEN_FILE", Path.Combine(Home, "token")), ("AWS_REGION", "us-east-1"));
        Assert.Equal([$"AssumeRoleWithWebIdentity {Role} by token-of-the-identity-provider"], stub.Calls.Distinct());
        AssertSignedBy(stub);
    }

    [Fact]
    public async Task A_profile_may_get_its_keys_from_a_program()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program is a shell script.");
        await WriteAsync("keys.sh", $$"""
            echo '{ "Version": 1, "AccessKeyId": "AKIDPROGRAM", "SecretAccessKey": "{{Secret}}", "SessionToken": "token" }'
            """);
        await WriteAsync(".aws/config", $"[profile program]\ncredential_process = sh {Home}/keys.sh\nregion = us-east-1\n");
        await BackUpAsync("-ProfileName program");
        Assert.Equal([("AKIDPROGRAM", "token")], _signers.Distinct());
    }

    [Fact]
    public async Task Keys_of_the_environment_are_used_before_those_of_the_default_profile()
    {
        await using var stub = await IdentityStub.StartAsync(Cancel);
        await WriteAsync(".aws/credentials", $"[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = {Secret}\n");
        await BackUpAsync("-Region us-east-1", ("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", Secret), ("AWS_SESSION_TOKEN", "token"));
        Assert.Equal([("AKIDENVIRONMENT", "token")], _signers.Distinct());
        _signers.Clear();
        await BackUpAsync("-Region us-east-1");
        Assert.Equal([("AKIDPROFILE", "")], _signers.Distinct());
    }

    [Fact]
    public async Task A_profile_that_does_not_exist_never_falls_through_to_what_does()
    {
        await WriteAsync(".aws/credentials", $"[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = {Secret}\n");
        var lines = await FailAsync("-ProfileName nosuch -Region us-east-1", ("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", Secret));
        Assert.Equal("ProfileNotFound | AuthenticationError | nosuch", lines[0]);
        Assert.Empty(_signers);
    }

    [Fact]
    public async Task A_profile_that_the_environment_names_and_no_file_has_ends_the_command()
    {
        await WriteAsync(".aws/credentials", $"[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = {Secret}\n");
        var lines = await FailAsync("-Region us-east-1", ("AWS_PROFILE", "nosuch"));
        Assert.Equal("CredentialsNotFound | AuthenticationError |", lines[0]);
        Assert.Contains("nosuch", lines[1], StringComparison.Ordinal);
        Assert.Empty(_signers);
    }

    [Theory]
    [InlineData("-ProfileName program", "nosuchprogram")]
    [InlineData("", "nosuchprogram")]
    [InlineData("-ProfileName program", "echo '{ \"SecretAccessKey\": \"" + Secret + "\" '")]
    [InlineData("-ProfileName program", "echo '{ \"Version\": 1, \"SecretAccessKey\": \"" + Secret + "\" }'")]
    public async Task A_program_that_fails_to_print_keys_ends_the_command(string parameters, string program)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program is a shell script.");
        var settings = $"credential_process = sh {Home}/keys.sh\nregion = us-east-1\n";
        await WriteAsync("keys.sh", program);
        await WriteAsync(".aws/config", $"[profile program]\n{settings}[default]\n{settings}");
        var lines = await FailAsync(parameters);
        Assert.Equal("CredentialsNotFound | AuthenticationError |", lines[0]);
        Assert.Empty(_signers);
    }

    private string Home => Directory.CreateDirectory(Folder.Combine("home")).FullName;

    private async Task WriteAsync(string file, string text)
    {
        var path = Path.Combine(Home, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text, Cancel);
    }

    /// <summary>What <c>aws configure sso</c> and <c>aws sso login</c> leave behind: a profile, and a token in a file that is named by the session's hash.</summary>
    private async Task WriteSignOnAsync(DateTime expires)
    {
        await WriteAsync(".aws/config",
            """
            [profile work]
            sso_session = company
            sso_account_id = 111122223333
            sso_role_name = BackupRole
            region = us-east-1

            [sso-session company]
            sso_start_url = https://company.awsapps.com/start
            sso_region = us-east-1
            sso_registration_scopes = sso:account:access

            """);
        await WriteAsync($".aws/sso/cache/{SessionHash}.json", string.Create(CultureInfo.InvariantCulture,
            $$"""{"startUrl":"https://company.awsapps.com/start","region":"us-east-1","accessToken":"{{IdentityStub.AccessToken}}","expiresAt":"{{expires:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}"""));
    }

    /// <summary>Backs a table of several pages up and proves the backup.</summary>
    private async Task BackUpAsync(string parameters, params (string Name, string Value)[] environment)
    {
        var table = await CreateTableAsync(items: 40);
        var outcome = await RunAsync(
            $$"""
            $backup = Backup-DynamoTable {{table}} $store -EndpointUrl $endpoint {{parameters}} -Verbose -Debug
            ($backup | Test-DynamoBackup -Level Live -EndpointUrl $endpoint {{parameters}} -Verbose -Debug).IsValid
            """, environment);
        Assert.Contains("True", outcome.Succeeded());
        AssertNoSecret(outcome);
        Assert.NotEmpty(_signers);
    }

    private async Task<IReadOnlyList<string>> FailAsync(string parameters, params (string Name, string Value)[] environment)
    {
        var outcome = await RunAsync(
            $$"""
            try { Backup-DynamoTable orders, other $store -EndpointUrl $endpoint {{parameters}} }
            catch { "$($_.Exception.Code) | $($_.CategoryInfo.Category) | $($_.TargetObject)"; "$_" -replace '\s+', ' ' }
            """, environment);
        AssertNoSecret(outcome);
        Assert.Equal(2, outcome.Succeeded().Count);
        return outcome.Lines;
    }

    private async Task<HostOutcome> RunAsync(string script, (string Name, string Value)[] environment)
    {
        await using var proxy = await DynamoProxy.StartAsync(Dynalite.Endpoint, Cancel);
        proxy.OnRequest = exchange =>
        {
            _signers.Enqueue((exchange.RequestHeaders.Authorization.ToString().Split('=')[1].Split('/')[0], exchange.RequestHeaders["X-Amz-Security-Token"].ToString()));
            return Task.CompletedTask;
        };
        var host = new HostProcess(Home);
        foreach (var (name, value) in environment) host.WithEnvironment(name, value);
        return await host.RunAsync(script, ("store", Store.Path), ("endpoint", proxy.Endpoint.AbsoluteUri));
    }

    private void AssertSignedBy(IdentityStub stub) =>
        Assert.Subset(stub.Handed.Select(keys => (keys.AccessKey, keys.Token)).ToHashSet(), _signers.ToHashSet());

    private static void AssertNoSecret(HostOutcome outcome)
    {
        foreach (var secret in new[] { Secret, IdentityStub.AccessToken, "secret-of-the-stub", "token-of-the-stub" })
            Assert.DoesNotContain(secret, outcome.Output + outcome.Errors, StringComparison.OrdinalIgnoreCase);
    }
}

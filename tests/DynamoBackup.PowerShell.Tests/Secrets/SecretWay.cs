using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Secrets;

/// <summary>
/// A way to give credentials to a cmdlet. Every way in <see cref="All"/> goes through every test of secrets: a new one is one line.
/// </summary>
/// <param name="Name">What it is called in test names.</param>
/// <param name="Parameters">The parameters to splat; finds <c>$accessKey</c>, <c>$secretKey</c>, <c>$token</c> and <c>$profileFile</c>.</param>
/// <param name="Environment">Variables of the process, beside which it has none.</param>
internal sealed record SecretWay(string Name, string Parameters, params (string Name, string Value)[] Environment)
{
    public const string AccessKey = "AKIDOFTHESECRETTESTS";
    public const string SecretKey = "sEcrEtKEYofTheSecretTests/0123456789+abc";
    public const string Token = "FwoGZXIvYXdzSecretSessionTokenOfTheTests/+0123456789==";

    /// <summary>Stands in an environment's value for the path of the profile file.</summary>
    public const string ProfileFile = "<profile file>";

    public static IReadOnlyList<SecretWay> All { get; } =
    [
        new("parameters", "@{ AccessKey = $accessKey; SecretKey = $secretKey; SessionToken = $token }"),
        new("credential", "@{ Credential = [pscustomobject]@{ AccessKeyId = $accessKey; SecretAccessKey = $secretKey; SessionToken = $token } }"),
        new("environment", "@{}", ("AWS_ACCESS_KEY_ID", AccessKey), ("AWS_SECRET_ACCESS_KEY", SecretKey), ("AWS_SESSION_TOKEN", Token)),
        new("profile", "@{ ProfileName = 'p'; ProfileLocation = $profileFile }"),
        new("profile in the environment", "@{}", ("AWS_PROFILE", "p"), ("AWS_SHARED_CREDENTIALS_FILE", ProfileFile)),
    ];

    /// <summary>The credentials file that the profile ways read.</summary>
    public static string ProfileText => $"[p]\naws_access_key_id = {AccessKey}\naws_secret_access_key = {SecretKey}\naws_session_token = {Token}\n";

    /// <summary>A process in which the credentials are given this way.</summary>
    public HostProcess NewHost(string home, string profileFile)
    {
        var host = new HostProcess(home);
        foreach (var (name, value) in Environment) host.WithEnvironment(name, value.Replace(ProfileFile, profileFile, StringComparison.Ordinal));
        return host;
    }

    public override string ToString() => Name;
}

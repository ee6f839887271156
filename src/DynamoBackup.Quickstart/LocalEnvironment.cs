namespace DynamoBackup.Quickstart;

/// <summary>
/// Points the AWS SDK of this process at a local server by environment variables, so that the lines shown need no connection parameters,
/// and keeps it away from whatever AWS account the user has configured.
/// </summary>
internal static class LocalEnvironment
{
    /// <summary>Sets the variables.</summary>
    /// <param name="endpoint">The local server's address.</param>
    /// <param name="emptyFolder">A folder in which the SDK finds no configuration.</param>
    public static void Use(Uri endpoint, string emptyFolder)
    {
        Set("AWS_ENDPOINT_URL_DYNAMODB", endpoint.AbsoluteUri);
        Set("AWS_REGION", "us-east-1");
        Set("AWS_ACCESS_KEY_ID", "local");
        Set("AWS_SECRET_ACCESS_KEY", "local");
        Set("AWS_CONFIG_FILE", Path.Combine(emptyFolder, "aws-config"));
        Set("AWS_SHARED_CREDENTIALS_FILE", Path.Combine(emptyFolder, "aws-credentials"));
        Set("AWS_EC2_METADATA_DISABLED", "true");
        Set("AWS_PROFILE", null);
        Set("AWS_SESSION_TOKEN", null);
        Set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", null);
        Set("DYNAMOBACKUP_STORE", null);

        // A proxy that the user's environment names must not come between us and our own machine.
        var others = Environment.GetEnvironmentVariable("NO_PROXY");
        Set("NO_PROXY", string.IsNullOrEmpty(others) ? "127.0.0.1" : $"127.0.0.1,{others}");
    }

    private static void Set(string name, string? value) => Environment.SetEnvironmentVariable(name, value);
}

using System.Globalization;
using System.Runtime.CompilerServices;
using DynamoBackup.PowerShell.Parameters;

namespace DynamoBackup.PowerShell.Completion;

/// <summary>Reads a connection and stores off an unfinished command line, as the cmdlets will read them off the finished one.</summary>
internal static class TypedConnection
{
    /// <summary>What decides how the SDK's own chain connects, and so whose tables are offered.</summary>
    private static readonly string[] Variables =
        ["AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_S3",
            "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

    /// <summary>How to reach DynamoDB.</summary>
    public static AwsConnection Connection(TypedParameters typed) => new()
    {
        Region = typed.Text(nameof(ConnectedCmdlet.Region)),
        EndpointUrl = typed.Text(nameof(ConnectedCmdlet.EndpointUrl)),
        ProfileName = typed.Text(nameof(ConnectedCmdlet.ProfileName)),
        ProfileLocation = ProfileLocation(typed),
        AccessKey = typed.Text(nameof(ConnectedCmdlet.AccessKey)),
        SecretKey = typed.Text(nameof(ConnectedCmdlet.SecretKey)),
        SessionToken = typed.Text(nameof(ConnectedCmdlet.SessionToken)),
        CredentialSource = typed[nameof(ConnectedCmdlet.Credential)] is { } given ? () => Ask(given) : null,
    };

    /// <summary>How to reach the stores.</summary>
    public static StoreOptions StoreOptions(TypedParameters typed) => new()
    {
        EndpointUrl = typed.Text(nameof(StoreCmdlet.StoreEndpointUrl)),
        Region = typed.Text(nameof(StoreCmdlet.StoreRegion)),
        ProfileName = typed.Text(nameof(StoreCmdlet.StoreProfileName)),
        PathStyle = typed.Value<bool>(nameof(StoreCmdlet.StorePathStyle)),
        Checksum = typed.Value<StoreChecksum>(nameof(StoreCmdlet.StoreChecksum)) ?? default,
        Connection = Connection(typed),
    };

    /// <summary>The stores, absolute; empty where none is known.</summary>
    public static IReadOnlyList<string> Stores(TypedParameters typed)
    {
        string[] given = [.. typed.Texts("Source"), .. typed.Texts("Destination")];
        if (given.Length == 0 && Environment.GetEnvironmentVariable(LocationResolver.StoreVariable) is { } variable && !string.IsNullOrWhiteSpace(variable))
            given = [variable];
        return [.. given.Select(store => store.Contains("://", StringComparison.Ordinal) ? store : typed.Path(store))];
    }

    /// <summary>The profiles file that is looked in; null means the default one.</summary>
    public static string? ProfileLocation(TypedParameters typed) =>
        typed.Text(nameof(ConnectedCmdlet.ProfileLocation)) is { } file ? typed.Path(file) : null;

    /// <summary>Equal for equal connections, and without a secret.</summary>
    public static string Key(AwsConnection connection, object? credential) => string.Join('\n', [
        connection.Region, connection.EndpointUrl, connection.ProfileName, connection.ProfileLocation, connection.AccessKey,
        credential is null ? "" : RuntimeHelpers.GetHashCode(credential).ToString(CultureInfo.InvariantCulture),
        EnvironmentKey()]);

    /// <summary>Equal while the environment leads the SDK to the same account.</summary>
    public static string EnvironmentKey() => string.Join('\n', Variables.Select(Environment.GetEnvironmentVariable));

    /// <summary>As <see cref="Key(AwsConnection, object)"/>, for stores.</summary>
    public static string Key(StoreOptions options, IEnumerable<string> stores, object? credential) => string.Join('\n', [
        .. stores, options.EndpointUrl, options.Region, options.ProfileName, options.PathStyle.ToString(), Key(options.Connection, credential)]);

    /// <summary>Asks off the pipeline's thread: a script's method may not be called there, and a tab is no reason to run it.</summary>
    private static AwsKeys Ask(object given) => GivenCredentials.IsScript(given)
        ? throw new InvalidOperationException("Only the pipeline's thread may ask a script's method.")
        : GivenCredentials.ToSource(given)();
}

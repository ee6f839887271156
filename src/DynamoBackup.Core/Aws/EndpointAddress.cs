namespace DynamoBackup.Aws;

/// <summary>Checks the addresses of endpoints that users give.</summary>
internal static class EndpointAddress
{
    /// <summary>Returns an address that can be used.</summary>
    /// <param name="address">The address as given.</param>
    /// <param name="parameter">The parameter that it came by, without its hyphen.</param>
    /// <exception cref="DynamoBackupException">
    /// <see cref="BackupErrorCode.InvalidArgument"/>: it is none, or holds a user name or password. Such a one is not repeated in the message.
    /// </exception>
    public static string Check(string address, string parameter)
    {
        if (address.Contains('@'))
            throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"-{parameter} holds a user name or password (what stands before '@'), which is not how AWS's services are signed in to. Leave it out, and give credentials by -ProfileName, -AccessKey with -SecretKey, or the default chain.");
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
            ? address
            : throw new DynamoBackupException(BackupErrorCode.InvalidArgument, $"-{parameter}: '{address}' is not an endpoint's address. Give one such as http://127.0.0.1:8000.", address);
    }
}

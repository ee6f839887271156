using System.Collections;
using System.Management.Automation;
using System.Reflection;
using System.Security;

namespace DynamoBackup.PowerShell.Parameters;

/// <summary>
/// Makes a source of keys of whatever holds credentials in PowerShell. AWS Tools' own objects are of another load context's types, so they
/// are known by what they have, not by what they are. No message holds what an object holds.
/// </summary>
internal static class GivenCredentials
{
    private const string Method = "GetCredentials";
    private static readonly string[] AccessKeys = ["AccessKeyId", "AccessKey"];
    private static readonly string[] SecretKeys = ["SecretAccessKey", "SecretKey"];
    private static readonly string[] Tokens = ["SessionToken", "Token"];

    /// <summary>The source of keys. A .NET object that renews its credentials is asked each time; anything else is read here and now.</summary>
    /// <exception cref="DynamoBackupException">The object holds no credentials.</exception>
    public static Func<AwsKeys> ToSource(object given)
    {
        var wrapped = PSObject.AsPSObject(given);
        if (wrapped.BaseObject is PSCredential credential)
            return Fixed(Checked(credential.UserName, credential.GetNetworkCredential().Password, null, given));
        if (IsScript(wrapped))
            return Fixed(Ask(given, () => wrapped.Methods[Method].Invoke()));
        if (FindMethod(wrapped.BaseObject) is { } method)
            return () => Ask(given, () => method.Invoke(wrapped.BaseObject, null));
        return Fixed(Read(given, given));
    }

    /// <summary>Whether only the pipeline's thread may ask the object: a method that a script has added, or one of a class that a script declares.</summary>
    public static bool IsScript(object given)
    {
        var wrapped = PSObject.AsPSObject(given);
        return wrapped.Methods[Method] is { } method && (method is not PSMethod || wrapped.BaseObject.GetType().Assembly.IsDynamic);
    }

    private static MethodInfo? FindMethod(object given) => given.GetType().GetMethod(Method, BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes);

    private static Func<AwsKeys> Fixed(AwsKeys keys) => () => keys;

    private static AwsKeys Ask(object given, Func<object?> ask)
    {
        object? answer;
        try
        {
            answer = ask();
        }
        catch (Exception exception) when (exception is TargetInvocationException or RuntimeException)
        {
            var failure = exception.InnerException ?? exception;
            throw new DynamoBackupException(
                BackupErrorCode.CredentialsNotFound,
                $"The {TypeName(given)} given as -Credential gave no credentials: {failure.Message.TrimEnd('.')}. Sign in again or renew it, then run the command again.",
                null, failure);
        }

        return answer is null ? throw Unusable(given, "gave no credentials") : Read(answer, given);
    }

    private static AwsKeys Read(object holder, object given) =>
        Checked(Find(holder, AccessKeys), Find(holder, SecretKeys), Find(holder, Tokens), given);

    private static AwsKeys Checked(string? accessKey, string? secretKey, string? token, object given) =>
        string.IsNullOrEmpty(accessKey) || string.IsNullOrEmpty(secretKey)
            ? throw Unusable(given, "holds no access key with a secret key")
            : new AwsKeys(accessKey, secretKey, string.IsNullOrEmpty(token) ? null : token);

    private static string? Find(object holder, string[] names)
    {
        var properties = PSObject.AsPSObject(holder);
        foreach (var name in names)
        {
            var value = properties.BaseObject is IDictionary table ? table[name] : properties.Properties[name]?.Value;
            if ((value is PSObject inner ? inner.BaseObject : value) is { } found)
                return found is SecureString secure ? new System.Net.NetworkCredential("", secure).Password : found as string;
        }

        return null;
    }

    private static DynamoBackupException Unusable(object given, string why) => new(
        BackupErrorCode.InvalidArgument,
        $"The {TypeName(given)} given as -Credential {why}. Give a PSCredential (user name = access key ID, password = secret access key), an object with a GetCredentials() method, or one with the properties AccessKeyId, SecretAccessKey and SessionToken.");

    private static string TypeName(object given) => PSObject.AsPSObject(given).BaseObject.GetType().Name;
}

namespace DynamoBackup;

/// <summary>A set of AWS credentials. Its text never holds the secrets.</summary>
/// <param name="AccessKey">Access key id.</param>
/// <param name="SecretKey">Secret access key.</param>
/// <param name="SessionToken">Session token of temporary credentials; null for lasting ones.</param>
public sealed record AwsKeys(string AccessKey, string SecretKey, string? SessionToken)
{
    /// <summary>The access key id alone.</summary>
    public override string ToString() => AccessKey;
}

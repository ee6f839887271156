namespace DynamoBackup.Testing;

/// <summary>Temporary keys that <see cref="IdentityStub"/> has handed out.</summary>
public sealed record StubKeys(string AccessKey, string SecretKey, string Token, DateTime ExpiresUtc);

namespace DynamoBackup.Testing;

/// <summary>A local server could not be installed or started; the message says what to do about it.</summary>
public sealed class ServerStartException(string message, Exception? inner = null) : Exception(message, inner);

namespace DynamoBackup.Quickstart;

/// <summary>A step of the story did not turn out as it should.</summary>
internal sealed class UnexpectedOutcomeException(string message) : Exception(message);

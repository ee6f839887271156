namespace DynamoBackup.Bench.Harness;

/// <summary>A run that did not do its work; the message says what was wrong with it.</summary>
internal sealed class BenchException(string message) : Exception(message);

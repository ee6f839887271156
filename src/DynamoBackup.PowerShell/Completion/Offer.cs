namespace DynamoBackup.PowerShell.Completion;

/// <summary>Something to choose at the prompt.</summary>
/// <param name="Text">What would be typed.</param>
/// <param name="ToolTip">What is said about it.</param>
internal sealed record Offer(string Text, string ToolTip);

namespace DynamoBackup.HelpWriter.Pages;

/// <summary>A link at a page's end.</summary>
/// <param name="Text">The topic's or cmdlet's name.</param>
/// <param name="Uri">The web address; empty for another help page.</param>
internal sealed record RelatedLink(string Text, string Uri);

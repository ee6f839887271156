namespace DynamoBackup.HelpWriter.Problems;

/// <summary>What is wrong; the number is the one in <c>error HELPnnn</c>.</summary>
internal enum HelpCode
{
    /// <summary>Wrong arguments, or a file that cannot be read or written.</summary>
    CannotRun = 0,

    /// <summary>A cmdlet has no page.</summary>
    PageMissing = 1,

    /// <summary>A page is named after no cmdlet.</summary>
    PageWithoutCmdlet = 2,

    /// <summary>The first heading is not the file's name.</summary>
    TitleWrong = 3,

    /// <summary>A section such as SYNOPSIS is missing or empty.</summary>
    SectionMissing = 4,

    /// <summary>A heading that is unknown, doubled or out of place.</summary>
    HeadingUnexpected = 5,

    /// <summary>Fewer examples than the house asks for.</summary>
    ExamplesTooFew = 6,

    /// <summary>An example is not a code block followed by remarks.</summary>
    ExampleMalformed = 7,

    /// <summary>A parameter has no text.</summary>
    ParameterUndocumented = 8,

    /// <summary>A text is about a parameter that does not exist.</summary>
    ParameterUnknown = 9,

    /// <summary>A parameter's text leaves out one of the values that it takes.</summary>
    ValueUndocumented = 10,

    /// <summary>INPUTS or OUTPUTS does not list the types that the code declares.</summary>
    TypeListWrong = 11,

    /// <summary>An output type's list does not name exactly its properties.</summary>
    PropertyListWrong = 12,

    /// <summary>Markdown that plain-text help cannot show.</summary>
    MarkdownUnsupported = 13,

    /// <summary>A link to a page that does not exist.</summary>
    LinkBroken = 14,

    /// <summary>A line of an example or a topic that does not fit the width and cannot be wrapped.</summary>
    LineTooLong = 15,
}

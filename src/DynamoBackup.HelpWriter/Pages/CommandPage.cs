namespace DynamoBackup.HelpWriter.Pages;

/// <summary>A cmdlet's page: the prose of its help, in platyPS's sections.</summary>
internal sealed record CommandPage
{
    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>What the cmdlet does, in one paragraph.</summary>
    public required IReadOnlyList<ProseBlock> Synopsis { get; init; }

    /// <summary>What it does, in full.</summary>
    public required IReadOnlyList<ProseBlock> Description { get; init; }

    /// <summary>The examples.</summary>
    public required IReadOnlyList<Example> Examples { get; init; }

    /// <summary>The line of the heading above the examples.</summary>
    public required int ExamplesLine { get; init; }

    /// <summary>The parameters.</summary>
    public required IReadOnlyList<PageEntry> Parameters { get; init; }

    /// <summary>The line of the heading above the parameters.</summary>
    public required int ParametersLine { get; init; }

    /// <summary>The types that the pipeline brings in.</summary>
    public required IReadOnlyList<PageEntry> Inputs { get; init; }

    /// <summary>The line of the heading above the inputs.</summary>
    public required int InputsLine { get; init; }

    /// <summary>The types that are returned, with their properties.</summary>
    public required IReadOnlyList<PageEntry> Outputs { get; init; }

    /// <summary>The line of the heading above the outputs.</summary>
    public required int OutputsLine { get; init; }

    /// <summary>Permissions, costs, limits.</summary>
    public required IReadOnlyList<ProseBlock> Notes { get; init; }

    /// <summary>Where to read on.</summary>
    public required IReadOnlyList<RelatedLink> Links { get; init; }
}

namespace DynamoBackup.PowerShell.Pipeline;

/// <summary>Which stream a record goes to.</summary>
internal enum PipelineStream
{
    Error,
    Warning,
    Verbose,
    Debug,

    /// <summary>No stream: something to be done on the pipeline thread.</summary>
    Call,
}

/// <summary>Something the engine has to say, on its way to the pipeline thread.</summary>
internal sealed record PipelineRecord(PipelineStream Stream, object Value);

namespace DynamoBackup.Wire;

/// <summary>Where a JSON value lies in a buffer.</summary>
/// <param name="Start">Offset of its first byte.</param>
/// <param name="Length">Number of bytes.</param>
public readonly record struct JsonSlice(int Start, int Length)
{
    /// <summary>Offset just behind the value.</summary>
    public int End => Start + Length;
}

using DynamoBackup.Wire;

namespace DynamoBackup.Replay;

/// <summary>Receives each change of a file, in the file's order and from one thread at a time.</summary>
/// <param name="line">The line.</param>
/// <param name="change">Where its parts lie.</param>
/// <param name="number">The line's number, counted from 1.</param>
internal delegate void ChangeTap(ReadOnlySpan<byte> line, in ChangeLine change, long number);

using DynamoBackup.Wire;

namespace DynamoBackup.Verify;

/// <summary>What the lines of a data file must be. For one file, on one thread at a time.</summary>
internal interface ILineCheck
{
    /// <summary>What a line holds, in the plural.</summary>
    string Noun { get; }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line without its line feed.</param>
    /// <returns>Its canonical encoding, valid until the next one is read.</returns>
    /// <exception cref="InvalidItemException">The line is something else.</exception>
    ReadOnlySpan<byte> Read(ReadOnlySpan<byte> line);

    /// <summary>What is wrong with the key of the line read last, in words; null where nothing is.</summary>
    /// <param name="line">The same line.</param>
    (FindingKind Kind, string Detail)? FindFault(ReadOnlySpan<byte> line);
}

namespace DynamoBackup.Core.Tests.Fuzz;

/// <summary>A reader of foreign bytes, with sound examples of them, and what must hold whatever the bytes are.</summary>
internal abstract class FuzzTarget
{
    /// <summary>What may be allocated for an input, beside a share of its length.</summary>
    public virtual long FixedAllocation => 1 << 20;

    /// <summary>Bytes that may be allocated for each byte of an input.</summary>
    public virtual long AllocationPerByte => 256;

    /// <summary>Sound inputs.</summary>
    public abstract IReadOnlyList<byte[]> Corpus { get; }

    /// <summary>Pieces that mean something to the reader.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>
    /// Reads an input, and throws where something does not hold: an exception that is not documented, or an acceptance that an independent reading does not share.
    /// One instance reads many inputs, on one thread.
    /// </summary>
    /// <param name="input">The bytes.</param>
    /// <param name="random">Further choices, the same for the same input number.</param>
    /// <returns>Whether the reader took the bytes for sound, so that they were compared.</returns>
    public abstract bool Read(byte[] input, Random random);

    /// <summary>Bytes of texts.</summary>
    protected static IReadOnlyList<byte[]> BytesOf(params IEnumerable<string> texts) => [.. texts.Select(System.Text.Encoding.UTF8.GetBytes)];
}

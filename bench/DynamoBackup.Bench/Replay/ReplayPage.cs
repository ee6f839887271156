namespace DynamoBackup.Bench.Replay;

/// <summary>
/// A page's response, ready to be sent: all of it up to the end of its items, then what follows where another page comes. Where none does,
/// <see cref="PageText.End"/> follows instead; there is a checksum for either.
/// </summary>
internal sealed class ReplayPage
{
    /// <summary>The response with the key to go on from.</summary>
    public required byte[] Response { get; init; }

    /// <summary>Bytes up to the end of the items.</summary>
    public required int BodyLength { get; init; }

    /// <summary>CRC32 of <see cref="Response"/>.</summary>
    public required uint MoreCrc { get; init; }

    /// <summary>What follows the items where no other page comes.</summary>
    public required byte[] EndTail { get; init; }

    /// <summary>CRC32 of the items and <see cref="EndTail"/>.</summary>
    public required uint EndCrc { get; init; }

    /// <summary>Where each item begins, and behind the last one where the next would.</summary>
    public required int[] Starts { get; init; }

    /// <summary>Where each item's key digits are.</summary>
    public required int[] Keys { get; init; }

    /// <summary>Number of items.</summary>
    public int Count => Keys.Length;
}

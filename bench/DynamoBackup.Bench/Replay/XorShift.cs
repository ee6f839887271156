namespace DynamoBackup.Bench.Replay;

/// <summary>Marsaglia's xorshift64*: as random as samples need, and a few instructions a number.</summary>
internal struct XorShift
{
    private ulong _state;

    /// <summary>A generator; different streams of a seed are independent enough for samples.</summary>
    public XorShift(ulong seed, ulong stream = 0)
    {
        // SplitMix64's finish: neighbouring seeds begin far apart, and none begins at zero.
        var mixed = (seed * 0x9E37_79B9_7F4A_7C15) + ((stream + 1) * 0xD1B5_4A32_D192_ED03);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        _state = (mixed ^ (mixed >> 31)) | 1;
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return _state * 0x2545_F491_4F6C_DD1D;
    }

    /// <summary>A number from 0 to below <paramref name="limit"/>.</summary>
    public int Next(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Between(int least, int most) => least + Next(most - least + 1);
}

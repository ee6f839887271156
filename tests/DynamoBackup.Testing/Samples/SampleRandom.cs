using System.Globalization;

namespace DynamoBackup.Testing;

/// <summary>SplitMix64: as cheap as a generator gets, and the same numbers for the same seed on every runtime.</summary>
internal struct SampleRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A generator for one item of many, so that any item can be made without those before it.</summary>
    public static SampleRandom For(int seed, long index) => new(((ulong)(uint)seed << 40) ^ ((ulong)index * 0xD1342543DE82EF95));

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A number from zero up to, but not including, the limit.</summary>
    public int Next(int limit) => (int)(Next() % (ulong)limit);

    public T Pick<T>(ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    public string Hex() => Next().ToString("x16", CultureInfo.InvariantCulture);

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = (byte)Next();
        return bytes;
    }
}

using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace DynamoBackup.Core.Tests.Changes;

/// <summary>A shard of a <see cref="ScriptedStream"/>: the part of the keys that it serves, and its records.</summary>
internal sealed class ScriptShard(string id, string? parent, BigInteger start, int low, int high)
{
    public string Id => id;

    public string? Parent => parent;

    public BigInteger Start => start;

    public int Low => low;

    public int High => high;

    public BigInteger? End { get; set; }

    /// <summary>Records of up to this one are gone.</summary>
    public BigInteger Trimmed { get; set; }

    /// <summary>How many listings still leave it out.</summary>
    public int Hidden { get; set; }

    public List<(BigInteger Sequence, string Json, DateTimeOffset VisibleAt)> Records { get; } = [];

    public JsonObject Describe()
    {
        var range = new JsonObject { ["StartingSequenceNumber"] = Digits(start) };
        if (End is { } end)
            range["EndingSequenceNumber"] = Digits(end);
        var shard = new JsonObject { ["ShardId"] = id, ["SequenceNumberRange"] = range };
        if (parent is not null)
            shard["ParentShardId"] = parent;
        return shard;
    }

    public static string Digits(BigInteger number) => number.ToString(CultureInfo.InvariantCulture);
}

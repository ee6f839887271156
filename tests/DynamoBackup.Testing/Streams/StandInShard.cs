using System.Globalization;
using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>A shard of the stand-in's stream. Its stream's lock guards it.</summary>
internal sealed class StandInShard(string id, string? parentId, UInt128 start, int low, int high)
{
    public string Id { get; } = id;

    public string? ParentId { get; } = parentId;

    /// <summary>The first of the hashes of partition keys whose changes it gets.</summary>
    public int Low { get; } = low;

    /// <summary>The first hash behind those.</summary>
    public int High { get; } = high;

    /// <summary>The last sequence number; null while the shard is open.</summary>
    public UInt128? End { get; set; }

    /// <summary>The last sequence number that has been trimmed away.</summary>
    public UInt128 Trimmed { get; set; }

    /// <summary>How many pages have been asked for.</summary>
    public int Pages { get; set; }

    public List<StandInRecord> Records { get; } = [];

    public JsonObject Describe()
    {
        var range = new JsonObject { ["StartingSequenceNumber"] = Spell(start) };
        if (End is { } end) range["EndingSequenceNumber"] = Spell(end);
        var shard = new JsonObject { ["ShardId"] = Id, ["SequenceNumberRange"] = range };
        if (ParentId is not null) shard["ParentShardId"] = ParentId;
        return shard;
    }

    public static string Spell(UInt128 sequenceNumber) => sequenceNumber.ToString("D21", CultureInfo.InvariantCulture);
}

/// <summary>A record of the stand-in's stream.</summary>
internal sealed record StandInRecord(UInt128 SequenceNumber, string Json, DateTimeOffset VisibleAt);

using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>The Kinesis data streams of a table; turning one on takes until the second look.</summary>
internal sealed class StubKinesis
{
    private readonly Dictionary<string, JsonObject> _destinations = new(StringComparer.Ordinal);

    public ProxyAnswer Enable(JsonObject request)
    {
        var arn = (string)request["StreamArn"]!;
        if (_destinations.ContainsKey(arn)) return DynamoErrors.Validation("Table is already in the process of enabling or has enabled this destination.");
        _destinations[arn] = new JsonObject
        {
            ["StreamArn"] = arn,
            ["DestinationStatus"] = "ENABLING",
            ["ApproximateCreationDateTimePrecision"] = (string?)request["EnableKinesisStreamingConfiguration"]?["ApproximateCreationDateTimePrecision"] ?? "MILLISECOND",
        };
        return StubAnswers.Ok(new JsonObject { ["DestinationStatus"] = "ENABLING", ["StreamArn"] = arn });
    }

    public ProxyAnswer Describe(string table)
    {
        var answer = new JsonObject
        {
            ["TableName"] = table,
            ["KinesisDataStreamDestinations"] = new JsonArray([.. _destinations.Values.Select(destination => destination.DeepClone())]),
        };
        foreach (var destination in _destinations.Values) destination["DestinationStatus"] = "ACTIVE";
        return StubAnswers.Ok(answer);
    }
}

using System.Text.Json.Nodes;

namespace DynamoBackup.Testing;

/// <summary>A table's point-in-time recovery; for a moment after its creation the service has no backups of it to turn on.</summary>
internal sealed class StubRecovery
{
    private bool _isRefused;
    private JsonObject _recovery = new() { ["PointInTimeRecoveryStatus"] = "DISABLED" };

    public ProxyAnswer Update(JsonObject request)
    {
        if (!_isRefused)
        {
            _isRefused = true;
            return StubAnswers.Error("ContinuousBackupsUnavailableException", "Backups are being enabled for the table. Please retry later");
        }

        var specification = request["PointInTimeRecoverySpecification"]!;
        _recovery = (bool)specification["PointInTimeRecoveryEnabled"]!
            ? new JsonObject
            {
                ["PointInTimeRecoveryStatus"] = "ENABLED",
                ["RecoveryPeriodInDays"] = (long?)specification["RecoveryPeriodInDays"] ?? 35,
                ["EarliestRestorableDateTime"] = 1.7E9,
                ["LatestRestorableDateTime"] = 1.7E9,
            }
            : new JsonObject { ["PointInTimeRecoveryStatus"] = "DISABLED" };
        return Describe();
    }

    public ProxyAnswer Describe() => StubAnswers.Ok(new JsonObject
    {
        ["ContinuousBackupsDescription"] = new JsonObject { ["ContinuousBackupsStatus"] = "ENABLED", ["PointInTimeRecoveryDescription"] = _recovery.DeepClone() },
    });
}

using DynamoBackup.Core.Tests.Runs;
using DynamoBackup.Manifests;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Faults;

/// <summary>Between a restore's plan and its run an administrator may think for an hour; the backup is looked at again.</summary>
public sealed class ChangedSincePlanTests(DynaliteFixture dynalite) : RunTest(dynalite)
{
    [Theory]
    [InlineData(BackupLayout.Sidecar)]
    [InlineData(BackupLayout.FilesManifest)]
    [InlineData(BackupLayout.Summary)]
    public async Task A_manifest_that_is_lost_since_the_plan_is_an_error_and_no_table_is_made(string name)
    {
        var backup = await BackUpAsync(await Dynalite.NewTableAsync(MixedItems.Create(20)));
        var request = RestoreOf(backup, DynaliteFixture.NewName("Copy"));
        var plan = await RestoreRun.PlanAsync(request, Output, Cancellation);
        File.Delete(Assert.Single(FilesOf(backup, name)));

        var error = await Assert.ThrowsAsync<DynamoBackupException>(() => RestoreRun.RunAsync(request, plan, Output, Cancellation));

        Assert.Equal(BackupErrorCode.BackupDamaged, error.Code);
        Assert.False(await Dynalite.TableExistsAsync(request.TargetTable!));
    }
}

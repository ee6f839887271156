using DynamoBackup.Stores;

namespace DynamoBackup.Core.Tests.Stores.S3;

public sealed class S3StoreContractTests(RadosGwFixture rados) : StoreContractTests
{
    protected override int Rounds => 15;

    public override ValueTask DisposeAsync()
    {
        Store?.Dispose();
        return base.DisposeAsync();
    }

    protected override async ValueTask<IBackupStore> OpenAsync() =>
        RadosGwFixture.Open($"s3://{await rados.NewBucketAsync()}/deep/prefix", rados.OptionsFor());
}

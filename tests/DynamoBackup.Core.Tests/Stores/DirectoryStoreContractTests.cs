using DynamoBackup.Stores;
using DynamoBackup.Testing;

namespace DynamoBackup.Core.Tests.Stores;

public sealed class DirectoryStoreContractTests : StoreContractTests
{
    private readonly TempFolder _folder = new();

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return base.DisposeAsync();
    }

    protected override ValueTask<IBackupStore> OpenAsync() => ValueTask.FromResult(StoreUse.Open(_folder.Path));
}

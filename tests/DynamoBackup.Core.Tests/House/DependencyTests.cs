namespace DynamoBackup.Core.Tests.House;

/// <summary>The rules of the house (docs/ARCHITECTURE.md), read off the compiled assemblies: what they do, not what they say.</summary>
public sealed class DependencyTests
{
    private static readonly string[] SdkNamespaces = ["Tables", "Scan", "Load", "Changes", "Aws"];
    private static readonly string[] EngineReferences = ["DynamoBackup.Contracts", "System.IO.Hashing", "ZstdSharp"];

    [Fact]
    public void Contracts_reference_nothing_but_the_framework()
    {
        using var contracts = AssemblyUse.Of(typeof(BackupInfo).Assembly.Location);
        Assert.NotEmpty(contracts.References);
        Assert.DoesNotContain(contracts.References, reference => !IsFramework(reference));
    }

    [Fact]
    public void The_engine_references_the_contracts_the_SDK_and_its_codecs_and_never_PowerShell()
    {
        using var core = Core();
        Assert.Contains("DynamoBackup.Contracts", core.References);
        Assert.Contains("AWSSDK.Core", core.References);
        Assert.DoesNotContain(core.References, reference => reference.Contains("Management.Automation", StringComparison.Ordinal));
        Assert.DoesNotContain(core.References, reference => !IsFramework(reference) && !IsSdk(reference) && !EngineReferences.Contains(reference));
    }

    [Fact]
    public void The_cmdlets_reference_no_assembly_of_the_SDK()
    {
        var path = Path.Combine(RepositoryRoot.Path, "module", "bin", "DynamoBackup.PowerShell.dll");
        Assert.SkipUnless(File.Exists(path), "The module has not been built: dotnet build src/DynamoBackup.PowerShell");
        using var cmdlets = AssemblyUse.Of(path);
        Assert.Contains("DynamoBackup.Core", cmdlets.References);
        Assert.DoesNotContain(cmdlets.References, IsSdk);
        Assert.Empty(cmdlets.Forbidden(_ => true, used => used.StartsWith("Amazon.", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_SDKs_types_are_used_only_where_the_SDK_is_called()
    {
        using var core = Core();
        Assert.Empty(core.Forbidden(
            user => !SdkNamespaces.Any(stage => IsIn(user, stage)) && !user.StartsWith("DynamoBackup.Stores.S3", StringComparison.Ordinal),
            used => used.StartsWith("Amazon.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Wire", new string[0])]
    [InlineData("Stores", new string[0])]
    [InlineData("Stores.S3", new[] { "Stores", "Aws" })]
    [InlineData("Manifests", new[] { "Stores", "Wire" })]
    [InlineData("Segments", new[] { "Stores", "Wire", "Manifests" })]
    [InlineData("Checkpoints", new[] { "Stores", "Wire", "Manifests" })]
    [InlineData("Scan", new[] { "Wire", "Aws" })]
    [InlineData("Changes", new[] { "Wire", "Aws" })]
    [InlineData("Verify", new[] { "Stores", "Segments", "Manifests", "Wire" })]
    [InlineData("Differences", new[] { "Stores", "Wire" })]
    [InlineData("Replay", new[] { "Stores", "Segments", "Manifests", "Wire", "Verify", "Differences" })]
    public void A_stage_uses_only_the_stages_below_it(string stage, string[] below)
    {
        using var core = Core();
        Assert.Contains(core.Uses.Keys, type => IsIn(type, stage));
        Assert.Empty(core.Forbidden(
            // The S3 store is a stage of its own here: it alone of all stores knows the SDK's side.
            user => IsIn(user, stage) && (stage != "Stores" || !IsIn(user, "Stores.S3")),
            // A key attribute is a name and a type letter, and what Verify, Differences and Replay look for in items.
            used => IsStage(used) && !IsIn(used, stage) && !below.Any(other => IsIn(used, other))
                && !(stage is "Verify" or "Differences" or "Replay" && used == "DynamoBackup.Tables.KeyAttribute")));
    }

    [Fact]
    public void No_stage_uses_a_run()
    {
        using var core = Core();
        Assert.Empty(core.Forbidden(IsStage, used => used.StartsWith("DynamoBackup.", StringComparison.Ordinal) && !IsStage(used) && used.EndsWith("Run", StringComparison.Ordinal)));
    }

    [Fact]
    public void These_tests_see_uses_inside_methods_lambdas_and_async_code()
    {
        // Without this, a fault in the reading of assemblies would let every rule above hold for nothing.
        using var core = Core();
        Assert.Contains("Amazon.DynamoDBv2.Model.ScanRequest", core.Uses["DynamoBackup.Scan.SegmentCursor"]);
        Assert.Contains("DynamoBackup.Segments.SegmentWriter", core.Uses["DynamoBackup.BackupScan"]);
        Assert.Contains("System.Security.Cryptography.MD5", core.Uses["DynamoBackup.Manifests.BackupReader"]);
        Assert.Contains("DynamoBackup.Tables.KeyAttribute", core.Uses["DynamoBackup.Verify.KeyCheck"]);
        Assert.NotEmpty(core.Forbidden(user => user == "DynamoBackup.BackupRun", used => IsIn(used, "Scan")));
    }

    private static AssemblyUse Core() => AssemblyUse.Of(typeof(BackupRun).Assembly.Location);

    private static bool IsIn(string type, string stage) => type.StartsWith($"DynamoBackup.{stage}.", StringComparison.Ordinal);

    /// <summary>True for a type of the engine in a namespace of its own: DynamoBackup.Stage.Type.</summary>
    private static bool IsStage(string type) => type.StartsWith("DynamoBackup.", StringComparison.Ordinal) && type.Split('.').Length > 2;

    private static bool IsFramework(string reference) =>
        reference is "System" or "mscorlib" or "netstandard"
        || (reference.StartsWith("System.", StringComparison.Ordinal) && reference is not ("System.IO.Hashing" or "System.Management.Automation"));

    private static bool IsSdk(string reference) => reference.StartsWith("AWSSDK.", StringComparison.Ordinal);
}

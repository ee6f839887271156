using System.Globalization;
using System.Management.Automation;
using DynamoBackup.PowerShell.Tests.Support;

namespace DynamoBackup.PowerShell.Tests.Surface;

/// <summary>
/// The parameters as others' scripts rely on them. A line is: name, type, sets with position, mandatory (!), pipeline by value (v) and by
/// property name (p), then aliases. A change here is a change of the module's contract.
/// </summary>
public sealed class ParameterContractTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    private const string Connection =
        """
        AccessKey String *[] (AK)
        Credential PSObject *[]
        EndpointUrl String *[]
        ProfileLocation String *[] (AWSProfilesLocation, ProfilesLocation)
        ProfileName String *[] (AWSProfileName, StoredCredentials)
        Region String *[] (RegionToCall)
        SecretKey String *[] (SecretAccessKey, SK)
        SessionToken String *[] (ST)
        """;

    private const string StoreAccess =
        """
        StoreChecksum StoreChecksum *[]
        StoreEndpointUrl String *[]
        StorePathStyle Boolean? *[]
        StoreProfileName String *[]
        StoreRegion String *[]
        """;

    private const string ShouldProcess =
        """
        Confirm SwitchParameter *[] (cf)
        WhatIf SwitchParameter *[] (wi)
        """;

    [Fact]
    public void Backup_DynamoTable() => AssertContract("Backup-DynamoTable",
        """
        Compression BackupCompression *[]
        ConsistentRead SwitchParameter *[]
        Continuous SwitchParameter *[]
        Destination String[] *[1]
        Duration TimeSpan? *[]
        EnableStream SwitchParameter *[]
        GapAction GapAction *[]
        MaxFileBytes Int64? *[]
        MaxReadUnits Double? *[]
        NoContentDigest SwitchParameter *[]
        NoStream SwitchParameter *[]
        ReadCapacityPercent Int32? *[]
        RequireBase SwitchParameter *[]
        Resume SwitchParameter *[]
        SealEvery Object[] *[]
        Segments Int32? *[]
        StorageClass String *[]
        StoreEncryption StoreEncryption? *[]
        StoreKmsKeyId String *[]
        StoreTag IDictionary *[]
        StreamLead TimeSpan? *[]
        StreamsEndpointUrl String *[]
        StreamSettle TimeSpan? *[]
        TableName String[] *[0!vp]
        Timeout TimeSpan? *[]
        Type BackupType *[]
        """, Connection, StoreAccess, ShouldProcess);

    [Fact]
    public void Get_DynamoBackup() => AssertContract("Get-DynamoBackup",
        """
        After DateTime? *[]
        Before DateTime? *[]
        Chain SwitchParameter *[]
        Id String *[]
        Latest SwitchParameter *[]
        PointInTime DateTimeOffset? *[]
        Source String[] *[1]
        TableName String[] *[0vp]
        Unfinished SwitchParameter *[]
        """, Connection, StoreAccess);

    [Fact]
    public void Get_DynamoBackupItem() => AssertContract("Get-DynamoBackupItem",
        """
        AsHashtable SwitchParameter *[]
        AsJson SwitchParameter *[]
        AsOf DateTimeOffset? *[]
        Backup BackupInfo Object[!v]
        History SwitchParameter *[]
        Id String Selection[p]
        Key Object[] *[]
        Source String[] Selection[1p] (Location)
        TableName String[] Selection[0vp]
        Where ScriptBlock *[]
        WorkingDirectory String *[]
        """, Connection, StoreAccess);

    [Fact]
    public void Remove_DynamoBackup() => AssertContract("Remove-DynamoBackup",
        """
        Backup BackupInfo Object[!v]
        Force SwitchParameter *[]
        Id String Id[p] Unfinished[]
        OlderThan TimeSpan Unfinished[]
        Source String[] Id[1p] Unfinished[1] (Location)
        TableName String[] Id[0p] Unfinished[0]
        Unfinished SwitchParameter Unfinished[!]
        """, Connection, StoreAccess, ShouldProcess);

    [Fact]
    public void Test_DynamoBackup() => AssertContract("Test-DynamoBackup",
        """
        Backup BackupInfo Object[!v]
        Id String Selection[p]
        Latest SwitchParameter Selection[]
        Level VerificationLevel *[]
        MaxReadUnits Double? *[]
        Quiet SwitchParameter *[]
        Source String[] Selection[1p] (Location)
        ReadCapacityPercent Int32? *[]
        TableName String[] Selection[0vp]
        TargetTable String *[]
        Timeout TimeSpan? *[]
        """, Connection, StoreAccess);

    [Fact]
    public void Compare_DynamoBackup() => AssertContract("Compare-DynamoBackup",
        """
        Backup BackupInfo Object[!v]
        DifferenceBackup BackupInfo *[]
        DifferenceId String *[]
        DifferenceTable String *[]
        Id String Selection[p]
        MaxReadUnits Double? *[]
        ReadCapacityPercent Int32? *[]
        Source String[] Selection[1p] (Location)
        Summary SwitchParameter *[]
        TableName String[] Selection[0vp]
        WorkingDirectory String *[]
        """, Connection, StoreAccess);

    [Fact]
    public void Merge_DynamoBackup() => AssertContract("Merge-DynamoBackup",
        """
        Backup BackupInfo Object[!v]
        Compression BackupCompression *[]
        Destination String *[]
        Id String Selection[p]
        PointInTime DateTimeOffset? *[]
        Source String[] Selection[1p] (Location)
        TableName String[] Selection[0vp]
        Timeout TimeSpan? *[]
        WorkingDirectory String *[]
        """, Connection, StoreAccess, ShouldProcess);

    [Fact]
    public void Restore_DynamoTable() => AssertContract("Restore-DynamoTable",
        """
        Backup BackupInfo Object[!v]
        BillingMode TableBillingMode? *[]
        ExcludeIndex String[] *[]
        ExcludeSetting TableSetting[] *[]
        ExcludeTtlDelete SwitchParameter *[]
        Force SwitchParameter *[]
        Id String Selection[p]
        Key Object[] *[]
        MaxWriteUnits Double? *[]
        Mode RestoreMode? *[]
        PointInTime DateTimeOffset? *[]
        Resume SwitchParameter *[]
        Safe SwitchParameter *[]
        SkipVerification SwitchParameter *[]
        Source String[] Selection[1p] (Location)
        TableDefinition Object *[]
        TableName String[] Selection[0vp]
        TargetTable String *[]
        Timeout TimeSpan? *[]
        Verify SwitchParameter *[]
        Where ScriptBlock *[]
        WorkingDirectory String *[]
        WriteCapacityPercent Int32? *[]
        IndexThroughput Hashtable *[]
        ReadCapacityUnits Int64? *[]
        TableClass String *[]
        WriteCapacityUnits Int64? *[]
        """, Connection, StoreAccess, ShouldProcess);

    [Theory]
    [InlineData("Backup-DynamoTable", "__AllParameterSets", "DynamoBackup.BackupInfo")]
    [InlineData("Get-DynamoBackup", "__AllParameterSets", "DynamoBackup.BackupInfo")]
    [InlineData("Get-DynamoBackupItem", "Selection", "System.Management.Automation.PSObject, System.String, System.Collections.Specialized.OrderedDictionary, DynamoBackup.ItemVersion")]
    [InlineData("Merge-DynamoBackup", "Selection", "DynamoBackup.BackupInfo")]
    [InlineData("Remove-DynamoBackup", "Object", "DynamoBackup.BackupRemoval")]
    [InlineData("Test-DynamoBackup", "Selection", "DynamoBackup.BackupVerification, System.Boolean")]
    [InlineData("Compare-DynamoBackup", "Selection", "DynamoBackup.ItemDifference, DynamoBackup.BackupComparison")]
    [InlineData("Restore-DynamoTable", "Selection", "DynamoBackup.TableRestore")]
    public void Every_cmdlet_declares_its_default_set_and_its_output(string cmdlet, string defaultSet, string outputs)
    {
        var command = Command(cmdlet);
        Assert.Equal(defaultSet, command.DefaultParameterSet ?? "__AllParameterSets");
        Assert.Equal(outputs, string.Join(", ", command.OutputType.Select(type => type.Name)));
    }

    [Theory]
    [InlineData("[DynamoBackup.VerificationLevel]", "Structure, Checksum, Content, Live")]
    [InlineData("[DynamoBackup.BackupCompression]", "Gzip, Zstd, None")]
    [InlineData("[DynamoBackup.RestoreMode]", "NewTable, Overwrite, Replace, Supplement")]
    [InlineData("[DynamoBackup.StoreEncryption]", "S3, Kms")]
    [InlineData("[DynamoBackup.StoreChecksum]", "Auto, Crc32, Md5")]
    [InlineData("[DynamoBackup.TableBillingMode]", "Provisioned, PayPerRequest")]
    [InlineData("[DynamoBackup.TableSetting]", "Tags, TimeToLive, Stream, PointInTimeRecovery, KinesisDestination, ContributorInsights, Replicas, ResourcePolicy, DeletionProtection, Encryption, TableClass, OnDemandThroughput, WarmThroughput, VectorIndexes, AutoScaling")]
    public void A_choice_has_the_values_that_this_version_knows(string type, string values) =>
        Assert.Equal(values, string.Join(", ", Shell.Run($"[enum]::GetNames({type})").Succeeded()));

    [Theory]
    [InlineData("Backup-DynamoTable t $store -Segments 0")]
    [InlineData("Backup-DynamoTable t $store -Segments 1001")]
    [InlineData("Backup-DynamoTable t $store -MaxReadUnits 0")]
    [InlineData("Backup-DynamoTable t $store -ReadCapacityPercent 0")]
    [InlineData("Backup-DynamoTable t $store -ReadCapacityPercent 101")]
    [InlineData("Test-DynamoBackup -Source $store -Level Live -MaxReadUnits -1")]
    [InlineData("Restore-DynamoTable t $store -MaxWriteUnits 0")]
    [InlineData("Restore-DynamoTable t $store -WriteCapacityPercent 101")]
    [InlineData("Backup-DynamoTable '' $store")]
    [InlineData("Backup-DynamoTable $null $store")]
    [InlineData("Backup-DynamoTable t $store -Compression Lzma")]
    [InlineData("Backup-DynamoTable t $store -Region ''")]
    [InlineData("Backup-DynamoTable t $store -StorageClass ''")]
    [InlineData("Backup-DynamoTable t $store -StoreEncryption Aes")]
    [InlineData("Backup-DynamoTable t $store -StoreTag team")]
    [InlineData("Test-DynamoBackup -Source $store -Level Drill")]
    [InlineData("Restore-DynamoTable t $store -Mode Merge")]
    [InlineData("Restore-DynamoTable t $store -TargetTable ''")]
    [InlineData("Restore-DynamoTable t $store -ExcludeSetting Colour")]
    [InlineData("Restore-DynamoTable t $store -ExcludeIndex ''")]
    [InlineData("Restore-DynamoTable t $store -BillingMode Free")]
    [InlineData("Restore-DynamoTable t $store -ReadCapacityUnits 0")]
    [InlineData("Restore-DynamoTable t $store -WriteCapacityUnits -1")]
    [InlineData("Restore-DynamoTable t $store -IndexThroughput 5")]
    [InlineData("Restore-DynamoTable t $store -TableClass GLACIER")]
    [InlineData("Get-DynamoBackup -Source $store -Id ''")]
    [InlineData("Get-DynamoBackup -Source $store -After notatime")]
    [InlineData("Get-DynamoBackupItem t $store -Key @()")]
    [InlineData("Get-DynamoBackupItem t $store -Key $null")]
    [InlineData("Get-DynamoBackupItem t $store -Where $null")]
    [InlineData("Restore-DynamoTable t $store -Key @()")]
    [InlineData("Remove-DynamoBackup -Source $store -Id ''")]
    [InlineData("Remove-DynamoBackup -Source $store -Id 01795383125482-2f0d84aa -OlderThan 1.00:00")]
    [InlineData("$null | Test-DynamoBackup -Source $store")]
    public void A_value_that_makes_no_sense_is_refused_as_it_is_bound(string script)
    {
        var run = Shell.Run(script);
        var error = Assert.Single(run.Failure is null ? run.Errors : [run.Failure]);
        Assert.IsAssignableFrom<ParameterBindingException>(error.Exception);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("", "STANDARD, STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR")]
    [InlineData("gl", "GLACIER_IR")]
    [InlineData("x", "")]
    public void The_storage_classes_that_can_be_read_at_once_are_offered(string word, string offered)
    {
        var run = Shell.Run($"$text = 'Backup-DynamoTable t -StorageClass {word}'; (TabExpansion2 $text $text.Length).CompletionMatches | Where-Object ResultType -eq ParameterValue | ForEach-Object CompletionText");
        Assert.Equal(offered, string.Join(", ", run.Succeeded()));
    }

    private void AssertContract(string cmdlet, params string[] parts)
    {
        var expected = string.Join('\n', parts).ReplaceLineEndings("\n").Split('\n').Order(StringComparer.Ordinal);
        var parameters = Command(cmdlet).Parameters.Values.Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name));
        Assert.Equal(expected, parameters.Select(Spell).Order(StringComparer.Ordinal));
    }

    private static string Spell(ParameterMetadata parameter)
    {
        var sets = parameter.ParameterSets.Select(set => (set.Key == ParameterAttribute.AllParameterSets ? "*" : set.Key) + $"[{Spell(set.Value)}]").Order(StringComparer.Ordinal);
        var aliases = parameter.Aliases.Count == 0 ? "" : $" ({string.Join(", ", parameter.Aliases.Order(StringComparer.OrdinalIgnoreCase))})";
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) is { } value ? value.Name + "?" : parameter.ParameterType.Name;
        return $"{parameter.Name} {type} {string.Join(" ", sets)}{aliases}";
    }

    private static string Spell(ParameterSetMetadata set) => string.Concat(
        set.Position == int.MinValue ? "" : set.Position.ToString(CultureInfo.InvariantCulture),
        set.IsMandatory ? "!" : "",
        set.ValueFromPipeline ? "v" : "",
        set.ValueFromPipelineByPropertyName ? "p" : "");

    private CmdletInfo Command(string name) => (CmdletInfo)Shell.Run($"Get-Command {name}").Single().BaseObject;
}

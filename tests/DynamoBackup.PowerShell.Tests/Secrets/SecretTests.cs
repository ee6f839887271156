using System.Collections.Concurrent;
using DynamoBackup.PowerShell.Tests.Support;
using DynamoBackup.Testing;

namespace DynamoBackup.PowerShell.Tests.Secrets;

/// <summary>
/// Secrets go into signatures and nowhere else. Each way of giving them is a process of its own, in which commands succeed and fail in many ways; all that
/// the process says and all that it leaves is searched.
/// </summary>
public sealed class SecretTests(Dynalite dynalite) : ModuleTest(dynalite)
{
    /// <summary>
    /// Runs a command with every stream on, spells out everything that came of it, to the properties of inner exceptions, and shows it as a console does.
    /// BoundParameters is left out: there PowerShell itself keeps what was typed, for any command.
    /// </summary>
    private const string Functions =
        """
        function Spell($value, $depth) {
            if ($null -eq $value) { return }
            "$value"
            if ($depth -le 0 -or $value -is [string] -or $value -is [type] -or $value.GetType().IsPrimitive) { return }
            if ($value -is [System.Collections.IDictionary]) { foreach ($key in $value.Keys) { "$key"; Spell $value[$key] ($depth - 1) }; return }
            if ($value -is [System.Collections.IEnumerable]) { foreach ($element in $value) { Spell $element ($depth - 1) }; return }
            foreach ($property in $value.PSObject.Properties) {
                if ($property.Name -in 'BoundParameters', 'UnboundArguments', 'MyCommand', 'TargetSite') { continue }
                try { $member = $property.Value } catch { continue }
                "$($property.Name)"
                Spell $member ($depth - 1)
            }
        }
        function Attempt($name, [scriptblock]$command) {
            $records = [System.Collections.Generic.List[object]]::new()
            & { $InformationPreference = 'Continue'; try { & $command } catch { $_ } } *>&1 | ForEach-Object { $records.Add($_) }
            foreach ($record in $records) { Spell $record 7 }
            $records | Out-Default
            $failed = @($records | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
            $verbose = @($records | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] })
            "== $name`: $(if ($failed) { $failed[0].Exception.Code } else { 'fine' })$(if ($verbose) { ', told' })"
        }

        """;

    private const string Road =
        """
        $all = @{ Verbose = $true; Debug = $true }
        $aws = $given + @{ Region = 'us-east-1'; EndpointUrl = $good }
        Attempt backup { Backup-DynamoTable $table $store @aws @all }
        Attempt list { Get-DynamoBackup -Source $store @all }
        Attempt test { Test-DynamoBackup $table $store -Level Live @aws @all }
        Attempt restore { Restore-DynamoTable $table $store -TargetTable $target -Verify -Confirm:$false @aws @all }
        Attempt overwrite { Restore-DynamoTable $table $store -Mode Overwrite -Force -Verify -Confirm:$false @aws @all }
        Attempt whatif { Restore-DynamoTable $table $store -TargetTable "$target-2" -WhatIf @aws @all }

        """;

    private const string Failures =
        """
        foreach ($what in 'refused', 'expired', 'denied', 'failing', 'page', 'closed') {
            $aws.EndpointUrl = $endpoints[$what]
            Attempt "backup $what" { Backup-DynamoTable $table $store @aws @all }
            Attempt "test $what" { Test-DynamoBackup $table $store -Level Live @aws @all }
            Attempt "restore $what" { Restore-DynamoTable $table $store -TargetTable "$target-3" -Confirm:$false @aws @all }
        }
        $aws.EndpointUrl = $good
        Attempt store { Get-DynamoBackup -Source s3://bucket/x -StoreEndpointUrl $endpoints['store'] @aws @all }
        Attempt 'backup store' { Backup-DynamoTable $table -Destination s3://bucket/x, "$store-2" -StoreEndpointUrl $endpoints['store'] @aws @all }
        Attempt nowhere { Backup-DynamoTable $table $store @given -Region nowhere @all }
        Attempt missing { Backup-DynamoTable no-such-table $store @aws @all }
        $file = [System.IO.Directory]::GetFiles($store, '*.json.gz', 'AllDirectories')[0]
        $bytes = [System.IO.File]::ReadAllBytes($file)
        $bytes[10] = $bytes[10] -bxor 16
        [System.IO.File]::WriteAllBytes($file, $bytes)
        Attempt damaged { Test-DynamoBackup $table $store -Level Content @aws @all }
        Attempt 'restore damaged' { Restore-DynamoTable $table $store -TargetTable "$target-4" -Confirm:$false @aws @all }
        # Whole again, so that it can be searched.
        $bytes[10] = $bytes[10] -bxor 16
        [System.IO.File]::WriteAllBytes($file, $bytes)
        Spell $Error 7

        """;

    private static readonly SecretSearch Search = new(SecretWay.SecretKey, SecretWay.Token);

    public static TheoryData<string> Ways => [.. SecretWay.All.Select(way => way.Name)];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Nothing_that_a_process_says_or_leaves_holds_a_secret(string name)
    {
        var way = SecretWay.All.Single(way => way.Name == name);
        var table = await CreateTableAsync(items: 30);
        var profiles = Folder.Combine("profiles");
        await File.WriteAllTextAsync(profiles, SecretWay.ProfileText, Cancel);
        var tokens = new ConcurrentDictionary<string, int>();
        await using var good = await DynamoProxy.StartAsync(Dynalite.Endpoint, Cancel);
        good.OnRequest = exchange =>
        {
            tokens.AddOrUpdate($"{exchange.RequestHeaders["X-Amz-Security-Token"]} {exchange.RequestHeaders.Authorization.ToString().Contains(SecretWay.AccessKey, StringComparison.Ordinal)}", 1, (_, count) => count + 1);
            return Task.CompletedTask;
        };
        await using var endpoints = await FailingEndpoints.StartAsync(Dynalite.Endpoint, Cancel);

        var outcome = await way.NewHost(Folder.Path, profiles).RunAsync(
            $"{Functions}$given = {way.Parameters}\n{Road}{Failures}",
            ("accessKey", SecretWay.AccessKey), ("secretKey", SecretWay.SecretKey), ("token", SecretWay.Token), ("profileFile", profiles),
            ("table", table), ("target", Dynalite.UniqueName("copy")), ("store", Store.Path), ("good", good.Endpoint.AbsoluteUri), ("endpoints", endpoints.Addresses));

        Assert.Equal([$"{SecretWay.Token} True"], tokens.Keys);
        var told = outcome.Lines.Where(line => line.StartsWith("== ", StringComparison.Ordinal)).ToList();
        foreach (var fine in new[] { "backup", "list", "test", "restore", "overwrite" }) Assert.Contains($"== {fine}: fine, told", told);
        foreach (var (what, code) in FailingEndpoints.Codes)
        {
            foreach (var command in new[] { "backup", "test", "restore" })
                Assert.Contains(told, line => line.StartsWith($"== {command} {what}: {code}", StringComparison.Ordinal));
        }

        foreach (var failed in new[] { "store: AuthenticationFailed", "backup store: AuthenticationFailed", "nowhere: InvalidArgument", "missing: TableNotFound", "restore damaged: BackupDamaged" })
            Assert.Contains(told, line => line.StartsWith($"== {failed}", StringComparison.Ordinal));
        Search.AssertNotIn(outcome.Output);
        Search.AssertNotIn(outcome.Errors);
        Assert.True(Search.AssertNotInFiles(Folder.Path, profiles) > 5, "The backup was not among what was searched.");
    }

    [Fact]
    public void The_search_finds_a_secret_in_whatever_spelling()
    {
        foreach (var text in new[] { SecretWay.Token, Uri.EscapeDataString(SecretWay.Token), SecretWay.Token.Replace("/", "\\/", StringComparison.Ordinal), SecretWay.SecretKey.ToUpperInvariant() })
            Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Search.AssertNotIn($"It is {text}."));
    }

    [Fact]
    public async Task No_progress_record_holds_a_secret()
    {
        var table = await CreateTableAsync(items: 30);
        Shell.Set("key", SecretWay.SecretKey);
        Shell.Set("token", SecretWay.Token);
        Shell.Set("endpoint", Dynalite.Endpoint.AbsoluteUri);
        Shell.Run($"Backup-DynamoTable {table} $store -Region us-east-1 -EndpointUrl $endpoint -AccessKey AKID -SecretKey $key -SessionToken $token").Single();
        Assert.NotEmpty(Shell.Progress);
        foreach (var record in Shell.Progress) Search.AssertNotIn($"{record} {record.Activity} {record.StatusDescription} {record.CurrentOperation}");
    }

    [Theory]
    [InlineData("Backup-DynamoTable t $store -Region us-east-1 -AccessKey AKID -SecretKey k -EndpointUrl $url")]
    [InlineData("Test-DynamoBackup t $store -Level Live -Region us-east-1 -AccessKey AKID -SecretKey k -EndpointUrl $url")]
    [InlineData("Backup-DynamoTable t -Destination $url -Region us-east-1")]
    [InlineData("Backup-DynamoTable t -Destination $url -Region us-east-1 -WhatIf")]
    [InlineData("Backup-DynamoTable t -Destination $store, $url -Region us-east-1")]
    [InlineData("Get-DynamoBackup -Source $url")]
    [InlineData("Test-DynamoBackup -Source $url")]
    [InlineData("Restore-DynamoTable t -Source $url -Confirm:$false")]
    public void A_password_in_an_address_is_refused_and_not_repeated(string script)
    {
        // A backup of the table, so that commands get as far as to the endpoint.
        AwsExport.Create(new() { TableArn = "arn:aws:dynamodb:us-east-1:123456789012:table/t" }, [["{\"pk\":{\"S\":\"1\"}}"]]).WriteTo(Store.Path);
        foreach (var url in new[] { "http://admin:hunter2-of-the-tests@127.0.0.1:8000", "s3://AKID:hunter2-of-the-tests@bucket/prefix", "ftp://x:hunter2-of-the-tests@host", "s3://AKID:hunter2-of-the-tests/x@bucket/prefix", "http://admin:hunter2-of-the-tests @host" })
        {
            Shell.Set("url", url);
            var run = Shell.Run(script);
            var error = run.EndedBy();
            Assert.StartsWith("Invalid", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("user name or password", error.Exception.Message, StringComparison.Ordinal);
            new SecretSearch("hunter2-of-the-tests").AssertNotIn(run.Everything());
        }
    }

    [Fact]
    public async Task A_password_in_the_stores_variable_is_refused_and_not_repeated()
    {
        var outcome = await new HostProcess(Folder.Path).WithEnvironment("DYNAMOBACKUP_STORE", "https://x:hunter2-of-the-tests@host/backups")
            .RunAsync($"{Functions}Attempt it {{ Get-DynamoBackup -Verbose -Debug }}");
        Assert.Contains("== it: InvalidLocation", outcome.Lines);
        new SecretSearch("hunter2-of-the-tests").AssertNotIn(outcome.Output + outcome.Errors);
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $null = Import-BuiltModule

    function Complete([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText
    }
}

Describe 'Completion' {
    It 'completes <Line> to <Expected>' -ForEach @(
        @{ Line = 'Backup-Dyn'; Expected = 'Backup-DynamoTable' }
        @{ Line = 'Test-Dyn'; Expected = 'Test-DynamoBackup' }
        @{ Line = 'Backup-DynamoTable -Dest'; Expected = '-Destination' }
        @{ Line = 'Backup-DynamoTable -Comp'; Expected = '-Compression' }
        @{ Line = 'Backup-DynamoTable orders -Seg'; Expected = '-Segments' }
        @{ Line = 'Get-DynamoBackup -La'; Expected = '-Latest' }
        @{ Line = 'Test-DynamoBackup -Le'; Expected = '-Level' }
        @{ Line = 'Restore-DynamoTable -Tar'; Expected = '-TargetTable' }
        @{ Line = 'Restore-DynamoTable -EndpointUrl http://localhost -Ver'; Expected = '-Verify', '-Verbose' }
        @{ Line = 'Backup-DynamoTable orders -MaxR'; Expected = '-MaxReadUnits' }
        @{ Line = 'Restore-DynamoTable orders -MaxW'; Expected = '-MaxWriteUnits' }
        @{ Line = 'Restore-DynamoTable orders -Excl'; Expected = '-ExcludeTtlDelete', '-ExcludeSetting', '-ExcludeIndex' }
        @{ Line = 'Get-DynamoBackup -Cred'; Expected = '-Credential' }
        @{ Line = 'Backup-DynamoTable orders -StoreK'; Expected = '-StoreKmsKeyId' }
    ) {
        Complete $Line | Should -Be $Expected
    }

    It 'offers the values of <Parameter>' -ForEach @(
        @{ Parameter = 'Test-DynamoBackup -Level '; Values = 'Checksum', 'Content', 'Live', 'Structure' }
        @{ Parameter = 'Backup-DynamoTable -Compression '; Values = 'Gzip', 'None', 'Zstd' }
        @{ Parameter = 'Restore-DynamoTable -Mode '; Values = 'NewTable', 'Overwrite', 'Replace', 'Supplement' }
        @{ Parameter = 'Restore-DynamoTable -BillingMode '; Values = 'PayPerRequest', 'Provisioned' }
        @{ Parameter = 'Restore-DynamoTable -TableClass '; Values = 'STANDARD', 'STANDARD_INFREQUENT_ACCESS' }
        @{ Parameter = 'Backup-DynamoTable -StoreEncryption '; Values = 'Kms', 'S3' }
        @{ Parameter = 'Get-DynamoBackup -StoreChecksum '; Values = 'Auto', 'Crc32', 'Md5' }
        @{ Parameter = 'Backup-DynamoTable -StorageClass '; Values = 'GLACIER_IR', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'STANDARD', 'STANDARD_IA' }
    ) {
        Complete $Parameter | Sort-Object | Should -Be $Values
    }

    It 'narrows values as they are typed' {
        Complete 'Test-DynamoBackup -Level C' | Sort-Object | Should -Be 'Checksum', 'Content'
        Complete 'Restore-DynamoTable orders -Mode o' | Should -Be 'Overwrite'
        Complete 'Backup-DynamoTable orders -StorageClass glac' | Should -Be 'GLACIER_IR'
        Complete 'Restore-DynamoTable orders -ExcludeSetting Tags, Time' | Should -Be 'TimeToLive'
    }

    It 'offers the properties of what a command returns' {
        Complete 'Get-DynamoBackup | Where-Object ItemC' | Should -Be 'ItemCount'
        Complete 'Test-DynamoBackup | Where-Object IsV' | Should -Be 'IsValid'
        Complete 'Restore-DynamoTable orders | ForEach-Object { $_.Wri' | Should -Be 'Written'
    }

    It 'offers folders as a location' {
        $null = New-Item -ItemType Directory "$TestDrive/nightly"
        Complete "Backup-DynamoTable orders -Destination $TestDrive/nigh" | Should -BeLike '*nightly*'
    }
}

Describe 'Completion from what there is' {
    BeforeAll {
        $server = Start-TestServer
        $aws = Get-TestConnection $server
        $prefix = "tab-$([guid]::NewGuid().ToString('n').Substring(0, 8))"
        $null = New-TestTable $server "$prefix-a"
        $null = New-TestTable $server "$prefix-b"
        $store = "$TestDrive/it's a store"
        $backups = foreach ($table in 'a', 'b', 'a') { Backup-DynamoTable "$prefix-$table" $store @aws }
    }

    AfterAll { Stop-TestServer $server }

    It 'offers the tables of the connection that has been typed' {
        Complete "Backup-DynamoTable @aws $prefix" | Should -Be "$prefix-a", "$prefix-b"
        Complete "Backup-DynamoTable -EndpointUrl $($server.Endpoint) -Region us-east-1 -AccessKey local -SecretKey local $prefix-b" | Should -Be "$prefix-b"
        Complete "Restore-DynamoTable orders @aws -TargetTable $prefix-a" | Should -Be "$prefix-a"
    }

    It 'offers the tables of a store to <_>' -ForEach 'Get-DynamoBackup', 'Test-DynamoBackup', 'Restore-DynamoTable' {
        Complete "$_ -Source `$store -TableName " | Should -Be "$prefix-a", "$prefix-b"
    }

    It 'offers backup ids, newest first, and only those of the typed table' {
        Complete 'Get-DynamoBackup -Source $store -Id ' | Should -Be $backups[2].Id, $backups[1].Id, $backups[0].Id
        Complete "Restore-DynamoTable $prefix-b -Source `$store -Id " | Should -Be $backups[1].Id
    }

    It 'looks into every store that has been typed' {
        $other = "$TestDrive/other"
        $elsewhere = Backup-DynamoTable "$prefix-b" $other @aws
        Complete "Restore-DynamoTable $prefix-b -Source `$store, `$other -Id " | Should -Be $elsewhere.Id, $backups[1].Id
    }

    It 'offers the tables to a credential object' {
        $keys = [pscredential]::new('local', (ConvertTo-SecureString 'local' -AsPlainText))
        Complete "Backup-DynamoTable -EndpointUrl $($server.Endpoint) -Region us-east-1 -Credential `$keys $prefix-a" | Should -Be "$prefix-a"
    }

    It 'takes the store from the environment' {
        $env:DYNAMOBACKUP_STORE = $store
        try { Complete "Test-DynamoBackup $prefix-b -Id " | Should -Be $backups[1].Id }
        finally { $env:DYNAMOBACKUP_STORE = $null }
    }

    It 'tells of each id what it is' {
        $line = "Restore-DynamoTable $prefix-b -Source `$store -Id "
        (TabExpansion2 $line $line.Length).CompletionMatches.ToolTip | Should -BeLike "$prefix-b, *, 3 items"
    }

    It 'offers regions' {
        Complete 'Backup-DynamoTable orders -Region eu-cen' | Should -Be 'eu-central-1', 'eu-central-2'
        Complete 'Get-DynamoBackup -StoreRegion us-west-2' | Should -Be 'us-west-2'
    }

    It 'offers profiles and quotes their names' {
        Set-Content "$TestDrive/credentials" "[backup]`naws_access_key_id = A`naws_secret_access_key = s`n[two words]`naws_access_key_id = A`naws_secret_access_key = s"
        Complete "Backup-DynamoTable orders -ProfileLocation $TestDrive/credentials -ProfileName " | Should -Be 'backup', "'two words'"
        Complete "Backup-DynamoTable orders -ProfileLocation $TestDrive/credentials -StoreProfileName b" | Should -Be 'backup'
    }

    It 'offers nothing, and soon, where nothing answers' {
        $Error.Clear()
        $time = Measure-Command { $offers = Complete 'Backup-DynamoTable -EndpointUrl http://127.0.0.1:9 -Region us-east-1 -AccessKey a -SecretKey b ord' }
        $offers | Should -BeNullOrEmpty
        $time.TotalSeconds | Should -BeLessThan 4
        $Error | Should -BeNullOrEmpty
    }
}

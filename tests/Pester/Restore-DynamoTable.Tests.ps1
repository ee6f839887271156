BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $null = Import-BuiltModule
    $server = Start-TestServer
    $aws = Get-TestConnection $server
}

AfterAll {
    Stop-TestServer $server
}

Describe 'Restore-DynamoTable' {
    BeforeEach {
        $store = Join-Path $TestDrive ([guid]::NewGuid())
        $table = New-TestTable $server -Items 60 -RangeKey
        $backup = Backup-DynamoTable $table $store @aws
        $target = "copy-$([guid]::NewGuid().ToString('n').Substring(0, 12))"
    }

    It 'restores into a new table and proves it' {
        $restored = Restore-DynamoTable $table $store -TargetTable $target -Verify -Confirm:$false @aws
        $restored.TableName | Should -Be $target
        $restored.Written | Should -Be 60
        $restored.Verified | Should -BeTrue
        $restored.ContentDigest | Should -Be $backup.ContentDigest
        Get-TestItem $server $target | Should -Be (Get-TestItem $server $table)
    }

    It 'restores a lost table under its own name' {
        $before = Get-TestItem $server $table
        Remove-TestTable $server $table
        $null = Restore-DynamoTable $table $store -Confirm:$false @aws
        Get-TestItem $server $table | Should -Be $before
    }

    It 'takes backups from the pipeline' {
        (Get-DynamoBackup $table $store | Restore-DynamoTable -TargetTable $target -Confirm:$false @aws).BackupId | Should -Be $backup.Id
    }

    It 'takes objects with a table name from the pipeline' {
        ([pscustomobject]@{ TableName = $table } | Restore-DynamoTable -Source $store -TargetTable $target -Confirm:$false @aws).BackupId | Should -Be $backup.Id
    }

    It 'restores only what holds' {
        (Test-DynamoBackup $table $store | Where-Object IsValid | Restore-DynamoTable -TargetTable $target -Confirm:$false @aws).BackupId | Should -Be $backup.Id
    }

    It 'puts items back into a table in use and keeps what is new' {
        $null = Invoke-TestServer $server PutItem @{ TableName = $table; Item = @{ pk = @{ S = 'ORDER#3' }; sk = @{ N = '3.5' }; note = @{ S = 'WRONG' } } }
        $null = Invoke-TestServer $server PutItem @{ TableName = $table; Item = @{ pk = @{ S = 'new' }; sk = @{ N = '1' } } }
        $restored = Restore-DynamoTable $table $store -Mode Overwrite -Force -Verify -Confirm:$false @aws
        $restored.Verified | Should -BeTrue
        $items = Get-TestItem $server $table
        $items | Should -HaveCount 61
        $items | Should -Not -Match 'WRONG'
    }

    It 'refuses a table that holds items' {
        { Restore-DynamoTable $table $store -Confirm:$false -ErrorAction Stop @aws } | Should -Throw -ErrorId 'ResourceExists,*'
        $Error[0].Exception | Should -BeOfType [DynamoBackup.DynamoBackupException]
        $Error[0].TargetObject | Should -Be $table
    }

    It 'refuses a damaged backup and creates nothing' {
        Get-ChildItem $store -Recurse -Filter *.json.gz | Select-Object -First 1 | Remove-Item
        { Restore-DynamoTable $table $store -TargetTable $target -Confirm:$false -ErrorAction Stop @aws } | Should -Throw -ErrorId 'BackupDamaged,*'
        Test-TestTable $server $target | Should -BeFalse
    }

    It 'creates nothing with -WhatIf' {
        Restore-DynamoTable $table $store -TargetTable $target -WhatIf @aws | Should -BeNullOrEmpty
        Test-TestTable $server $target | Should -BeFalse
    }

    It 'asks before it writes, and says so where nobody can answer' {
        $file = Join-Path $TestDrive 'ask.ps1'
        Set-Content $file @'
param($Manifest, $Table, $Store, $Target, $EndpointUrl)
$ErrorActionPreference = 'Stop'
Import-Module $Manifest
Restore-DynamoTable $Table $Store -TargetTable $Target -EndpointUrl $EndpointUrl -Region us-east-1 -AccessKey local -SecretKey local
'@
        $shell = (Get-Process -Id $PID).Path
        $said = & $shell -NoProfile -NonInteractive -File $file (Import-BuiltModule) $table $store $target $server.Endpoint 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 1
        $said | Should -Match 'NonInteractive'
        Test-TestTable $server $target | Should -BeFalse
    }

    It 'deletes the table that it created when its pipeline is left in mid-run' {
        Restore-DynamoTable $table $store -TargetTable $target -Confirm:$false -Verbose @aws 4>&1 |
            Where-Object { "$_" -like 'Created table*' } | Select-Object -First 1 | Should -BeLike "*$target*"
        Test-TestTable $server $target | Should -BeFalse
        (Restore-DynamoTable $table $store -TargetTable $target -Verify -Confirm:$false @aws).Verified | Should -BeTrue
    }

    It 'stops after the first table when only that is wanted' {
        $other = New-TestTable $server
        $null = Backup-DynamoTable $other $store @aws
        Remove-TestTable $server $table
        Remove-TestTable $server $other
        (Get-DynamoBackup -Source $store | Restore-DynamoTable -Confirm:$false @aws | Select-Object -First 1).TableName | Should -Be $table
        Test-TestTable $server $other | Should -BeFalse
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1, $PSScriptRoot/TestExport.psm1 -Force
    $null = Import-BuiltModule
    $server = Start-TestServer
    $aws = Get-TestConnection $server
    $store = Join-Path $TestDrive 'store'
    $one = New-TestTable $server -Name 'prod-one'
    $two = New-TestTable $server -Name 'prod-two' -Items 7
    $backups = Backup-DynamoTable $one, $two, $one $store @aws
}

AfterAll {
    Stop-TestServer $server
}

Describe 'Get-DynamoBackup' {
    It 'lists what the store holds, oldest first' {
        (Get-DynamoBackup -Source $store).Id | Should -Be $backups.Id
    }

    It 'says what the backup command said' {
        $listed = Get-DynamoBackup -Source $store -Id $backups[1].Id
        foreach ($property in $backups[1].psobject.Properties.Name | Where-Object { $_ -notin 'Findings', 'ItemsScanned' }) { $listed.$property | Should -Be $backups[1].$property -Because $property }
    }

    It 'lists unfinished backups on request, and then no others' {
        $folder = Join-Path $store 'prod-two' 'AWSDynamoDB' '01795383125482-2f0d84aa'
        $null = New-Item $folder -ItemType Directory
        $null = New-Item (Join-Path $folder '_started') -ItemType File
        $listed = Get-DynamoBackup -Source $store -Unfinished
        Get-DynamoBackup -Source $store | Should -HaveCount $backups.Count
        Remove-Item $folder -Recurse
        $listed | Should -HaveCount 1
        $listed.IsUnfinished | Should -BeTrue
        $listed.TableName | Should -Be 'prod-two'
        ($listed | Format-Table | Out-String) | Should -BeLike '*Unfinished*'
    }

    It 'shows chains in a view of their own, without the parents where there is no room for them' {
        $wide, $narrow = 120, 80 | ForEach-Object { , @((Get-DynamoBackup prod-two $store -Chain | Format-Table -View Chain | Out-String -Width $_) -split '\r?\n' -ne '') }
        -split $wide[0] | Should -Be 'Type', 'Id', 'ToUtc', 'Gap', 'ParentId'
        -split $narrow[0] | Should -Be 'Type', 'Id', 'ToUtc', 'Gap'
        $narrow[2] | Should -Match "^Full +$($backups[1].Id) "
    }

    It 'chooses by name, wildcard and ARN' {
        (Get-DynamoBackup prod-two $store).Id | Should -Be $backups[1].Id
        Get-DynamoBackup prod-* $store | Should -HaveCount 3
        Get-DynamoBackup PROD-* $store | Should -BeNullOrEmpty
        (Get-DynamoBackup $backups[1].TableArn $store).Id | Should -Be $backups[1].Id
    }

    It 'takes names and objects with a table name from the pipeline' {
        ('prod-two' | Get-DynamoBackup -Source $store).Id | Should -Be $backups[1].Id
        ([pscustomobject]@{ TableName = 'prod-two' } | Get-DynamoBackup -Source $store).Id | Should -Be $backups[1].Id
    }

    It 'gives the newest of each table' {
        (Get-DynamoBackup -Source $store -Latest).Id | Should -Be $backups[1, 2].Id
        (Get-DynamoBackup prod-one $store -Latest).Id | Should -Be $backups[2].Id
    }

    It 'chooses by time' {
        $at = $backups[1].CompletedUtc
        (Get-DynamoBackup -Source $store -After $at).Id | Should -Be $backups[1, 2].Id
        (Get-DynamoBackup -Source $store -Before $at).Id | Should -Be $backups[0, 1].Id
        (Get-DynamoBackup -Source $store -Before $at.ToLocalTime()).Id | Should -Be $backups[0, 1].Id
        (Get-DynamoBackup prod-one $store -Before $at -Latest).Id | Should -Be $backups[0].Id
    }

    It 'stops early when only the first is wanted' {
        (Get-DynamoBackup -Source $store | Select-Object -First 1).Id | Should -Be $backups[0].Id
    }

    It 'goes through the cmdlets that admins use' {
        Get-DynamoBackup -Source $store | Group-Object TableName | Sort-Object Name | ForEach-Object Count | Should -Be 2, 1
        (Get-DynamoBackup -Source $store | Measure-Object ItemCount -Sum).Sum | Should -Be 13
        (Get-DynamoBackup -Source $store -Id $backups[1].Id | ConvertTo-Json | ConvertFrom-Json).ContentDigest | Should -Be $backups[1].ContentDigest
        Get-DynamoBackup -Source $store | Format-Table | Out-String | Should -Match 'TableName +Id +Completed +Items +State +Location'
    }

    It 'says what it does not find' {
        { Get-DynamoBackup prod-three $store -ErrorAction Stop } | Should -Throw -ErrorId 'BackupNotFound,*'
        { Get-DynamoBackup -Source $store -Id 01795383125482-2f0d84aa -ErrorAction Stop } | Should -Throw -ErrorId 'BackupNotFound,*'
        { Get-DynamoBackup -Source $store -Id newest } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Get-DynamoBackup -Source "$store-not" } | Should -Throw -ErrorId 'StoreNotFound,*'
        Get-DynamoBackup 'x*' $store -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'finds again what a file lists' {
        $backups | Export-Csv "$TestDrive/backups.csv"
        (Import-Csv "$TestDrive/backups.csv" | ForEach-Object { Get-DynamoBackup -Source $_.Location -Id $_.Id }).Id | Should -Be $backups.Id
    }
}

Describe 'Get-DynamoBackup from several sources' {
    BeforeAll {
        $second = Join-Path $TestDrive 'second'
        $third = New-TestTable $server -Name 'prod-three'
        $copies = Backup-DynamoTable $third $store, $second @aws
    }

    It 'lists every copy' {
        (Get-DynamoBackup prod-three $store, $second).Location | Should -Be $store, $second
        (Get-DynamoBackup -Source $second, $store).Id | Should -HaveCount 5
        Get-DynamoBackup -Source $store, $second -Id $copies[0].Id | Should -HaveCount 2
    }

    It 'gives the newest of each table and store once' {
        (Get-DynamoBackup prod-one $store, $second -Latest).Id | Should -Be $backups[2].Id
        (Get-DynamoBackup prod-three $store, $second -Latest).Location | Should -Be $store, $second
    }

    It 'lists the others when one is gone' {
        (Get-DynamoBackup prod-three "$store-gone", $second -ErrorVariable missed -ErrorAction SilentlyContinue).Location | Should -Be $second
        $missed[0].FullyQualifiedErrorId | Should -BeLike 'StoreNotFound,*'
        { Get-DynamoBackup prod-three "$store-gone", $second -ErrorAction Stop } | Should -Throw -ErrorId 'StoreNotFound,*'
    }
}

Describe 'Get-DynamoBackup over exports that AWS made' {
    BeforeAll {
        $exports = Join-Path $TestDrive 'exports'
        $id = New-TestExport $exports Catalog -Items 12 -Start '2026-03-01T10:00:00Z'
        $incremental = New-TestExport $exports Catalog -Incremental -Start '2026-03-02T10:00:00Z'
    }

    It 'lists a full export and says what it lacks' {
        $backup = Get-DynamoBackup -Source $exports -Id $id
        $backup.TableName | Should -Be Catalog
        $backup.Type | Should -Be Full
        $backup.ItemCount | Should -Be 12
        $backup.ContentDigest | Should -BeNullOrEmpty
        $backup.IsDamaged | Should -BeFalse
        $backup.Findings.Kind | Should -Be SidecarMissing
    }

    It 'lists an incremental export with the time that it is of' {
        $backup = Get-DynamoBackup -Source $exports -Id $incremental
        $backup.Type | Should -Be Incremental
        $backup.FromUtc | Should -Be ([datetime]'2026-03-01T10:00:00Z').ToUniversalTime()
        $backup.ToUtc | Should -Be ([datetime]'2026-03-02T10:00:00Z').ToUniversalTime()
        $backup.IsDamaged | Should -BeFalse
    }

    It 'lists exports beside backups' {
        (Get-DynamoBackup -Source $exports, $store).TableName | Select-Object -Unique | Sort-Object | Should -Be 'Catalog', 'prod-one', 'prod-two'
    }
}

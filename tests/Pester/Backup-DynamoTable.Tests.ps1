BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $manifest = Import-BuiltModule
    $server = Start-TestServer
    $aws = Get-TestConnection $server
}

AfterAll {
    Stop-TestServer $server
}

Describe 'Backup-DynamoTable' {
    BeforeEach {
        $store = Join-Path $TestDrive ([guid]::NewGuid())
    }

    It 'backs up one table and says what it did' {
        $table = New-TestTable $server -Items 30
        $backup = Backup-DynamoTable $table $store @aws
        $backup | Should -HaveCount 1
        $backup.psobject.TypeNames[0] | Should -Be 'DynamoBackup.BackupInfo'
        $backup.TableName | Should -Be $table
        $backup.ItemCount | Should -Be 30
        $backup.Location | Should -Be (Convert-Path $store)
        Join-Path $backup.Location $backup.Path 'manifest-summary.json' | Should -Exist
    }

    It 'takes names from the pipeline' {
        $tables = 1..3 | ForEach-Object { New-TestTable $server }
        ($tables | Backup-DynamoTable -Destination $store @aws).TableName | Should -Be $tables
    }

    It 'takes objects with a table name from the pipeline' {
        $tables = 1..2 | ForEach-Object { New-TestTable $server }
        $csv = Join-Path $TestDrive 'tables.csv'
        $tables | Select-Object @{ Name = 'TableName'; Expression = { $_ } } | Export-Csv $csv
        (Import-Csv $csv | Backup-DynamoTable -Destination $store @aws).TableName | Should -Be $tables
    }

    It 'takes <Compression>' -ForEach @(
        @{ Compression = 'Gzip'; Extension = '.gz' }
        @{ Compression = 'Zstd'; Extension = '.zst' }
        @{ Compression = 'None'; Extension = '.json' }
    ) {
        $table = New-TestTable $server -Items 30
        $null = Backup-DynamoTable $table $store -Compression $Compression @aws
        Get-ChildItem $store -Recurse -File | Where-Object { $_.Directory.Name -eq 'data' } | ForEach-Object Extension | Select-Object -Unique | Should -Be $Extension
        (Test-DynamoBackup -Source $store -Level Content).IsValid | Should -BeTrue
    }

    It 'stores what a reader of AWS exports can read' {
        $table = New-TestTable $server -Items 30
        $backup = Backup-DynamoTable $table $store -Compression None @aws
        $folder = Join-Path $backup.Location $backup.Path
        $summary = Get-Content "$folder/manifest-summary.json" -Raw | ConvertFrom-Json
        $summary.itemCount | Should -Be 30
        $summary.outputFormat | Should -Be 'DYNAMODB_JSON'
        $lines = Get-ChildItem "$folder/data" -File | Get-Content | ConvertFrom-Json
        $lines | ForEach-Object { $_.Item.pk.S } | Sort-Object | Should -Be (0..29 | ForEach-Object { "ORDER#$_" } | Sort-Object)
    }

    It 'goes on after a table that does not exist' {
        $table = New-TestTable $server
        $backups = Backup-DynamoTable no-such-table, $table $store -ErrorVariable missed -ErrorAction SilentlyContinue @aws
        $backups.TableName | Should -Be $table
        $missed | Should -HaveCount 1
        $missed[0].FullyQualifiedErrorId | Should -Be 'TableNotFound,DynamoBackup.PowerShell.Commands.BackupDynamoTableCommand'
        $missed[0].CategoryInfo.Category | Should -Be ObjectNotFound
        $missed[0].TargetObject | Should -Be no-such-table
    }

    It 'ends on a destination that it cannot use' {
        $table = New-TestTable $server
        { Backup-DynamoTable $table 's3://bucket/prefix' @aws } | Should -Throw -ErrorId 'InvalidLocation,*'
        { Backup-DynamoTable $table "$TestDrive/not/there" @aws } | Should -Throw -ErrorId 'StoreNotFound,*'
    }

    It 'writes nothing with -WhatIf' {
        $table = New-TestTable $server
        Backup-DynamoTable $table $store -WhatIf @aws | Should -BeNullOrEmpty
        $store | Should -Not -Exist
    }

    It 'finds its store in the environment' {
        $table = New-TestTable $server
        try {
            $env:DYNAMOBACKUP_STORE = $store
            (Backup-DynamoTable $table @aws).Location | Should -Be (Convert-Path $store)
            (Get-DynamoBackup).TableName | Should -Be $table
        }
        finally { $env:DYNAMOBACKUP_STORE = $null }
    }

    It 'takes drives and relative paths as PowerShell has them' {
        $table = New-TestTable $server
        $folder = New-Item -ItemType Directory $store
        (Backup-DynamoTable $table "TestDrive:/$($folder.Name)" @aws).Location | Should -Be $folder.FullName
        Push-Location $folder
        try { (Get-DynamoBackup -Source .).Location | Should -Be $folder.FullName }
        finally { Pop-Location }
    }

    It 'keeps the first backup and reads no other table when only the first is wanted' {
        $tables = 1..3 | ForEach-Object { New-TestTable $server }
        (Backup-DynamoTable $tables $store @aws | Select-Object -First 1).TableName | Should -Be $tables[0]
        (Get-DynamoBackup -Source $store).TableName | Should -Be $tables[0]
        Get-ChildItem $store -Force | Should -HaveCount 1
    }

    It 'leaves nothing when its pipeline is left in mid-run' {
        # Every segment is a walk over the whole table for dynalite, so that the scan would go on for many seconds.
        $slow = Start-TestServer
        try {
            $table = New-TestTable $slow -Items 1000
            $connection = Get-TestConnection $slow
            Backup-DynamoTable $table $store -Segments 500 -Verbose @connection 4>&1 | Where-Object { "$_" -like 'Backing up*' } | Select-Object -First 1 |
                Should -BeLike "*$table*"
        }
        finally { Stop-TestServer $slow }
        Get-ChildItem $store -Recurse -Force | Should -BeNullOrEmpty
        Get-DynamoBackup -Source $store | Should -BeNullOrEmpty
        $next = New-TestTable $server
        (Backup-DynamoTable $next $store @aws | Test-DynamoBackup).IsValid | Should -BeTrue
    }

    It 'runs several commands at a time' {
        $tables = 1..4 | ForEach-Object { New-TestTable $server -Items 20 }
        $proofs = $tables | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:manifest
            $aws = $using:aws
            Backup-DynamoTable $_ $using:store @aws | Test-DynamoBackup -Level Live @aws
        }
        $proofs.IsValid | Should -Be @($true, $true, $true, $true)
        $proofs.TableName | Sort-Object | Should -Be ($tables | Sort-Object)
    }
}

BeforeDiscovery {
    $noThreadJob = if (-not (Get-Command Start-ThreadJob -ErrorAction Ignore)) { ' (no Start-ThreadJob; install it with: Install-PSResource Microsoft.PowerShell.ThreadJob)' }
}

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

    It 'begins a new backup with -Resume where nothing is unfinished, and leaves no checkpoint' {
        $table = New-TestTable $server -Items 30
        $backup = Backup-DynamoTable $table $store -Resume -MaxFileBytes 100000 @aws
        $backup.ItemCount | Should -Be 30
        $backup.IsUnfinished | Should -BeFalse
        Join-Path $backup.Location $backup.Path '_checkpoint.json' | Should -Not -Exist
        Get-DynamoBackup -Source $store -Unfinished @aws | Should -BeNullOrEmpty
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

    It 'goes without a content digest, and says so' {
        $table = New-TestTable $server -Items 30
        $verbose = Backup-DynamoTable $table $store -NoContentDigest -Verbose @aws 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        $verbose -join "`n" | Should -BeLike '*No content digest is computed*'
        $backup = Get-DynamoBackup -Source $store
        $backup.ItemCount | Should -Be 30
        $backup.ContentDigest | Should -BeNullOrEmpty
        $backup.ItemBytes | Should -BeNullOrEmpty
        $sidecar = Get-Content (Join-Path $backup.Location $backup.Path 'dynamobackup.json') -Raw | ConvertFrom-Json -AsHashtable
        $sidecar.scan.contentDigest | Should -BeFalse
        $sidecar.ContainsKey('contentDigest') | Should -BeFalse
        $sidecar.files.sha256 | ForEach-Object { $_ | Should -Match '^[0-9a-f]{64}$' }
        ($backup | Test-DynamoBackup).Findings | Should -BeNullOrEmpty
        $proof = $backup | Test-DynamoBackup -Level Content
        $proof.IsValid | Should -BeTrue
        $proof.Findings.Kind | Should -Be DigestMissing
        $proof.ContentDigest | Should -Match '^v1:30:[0-9a-f]{64}$'
        (Restore-DynamoTable $table $store -TargetTable "$table-copy" -Verify -Confirm:$false @aws).Verified | Should -BeTrue
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
        { Backup-DynamoTable $table 'ftp://host/folder' @aws } | Should -Throw -ErrorId 'InvalidLocation,*'
        { Backup-DynamoTable $table "$TestDrive/not/there" @aws } | Should -Throw -ErrorId 'StoreNotFound,*'
        { Backup-DynamoTable $table 's3://bucket/prefix' -StoreEndpointUrl http://127.0.0.1:9 @aws } | Should -Throw -ErrorId 'EndpointUnreachable,*'
        { Backup-DynamoTable $table $store, $store @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Backup-DynamoTable $table $store -StoreKmsKeyId alias/backups @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
        $store | Should -Not -Exist
    }

    It 'tells with -WhatIf what it would do, and writes nothing' {
        $empty = New-TestTable $server -Items 0
        $said = Read-Transcript { Backup-DynamoTable $empty $store, "$store-2" -WhatIf @aws }
        $said | Should -Match ([regex]::Escape("What if: Performing the operation ""Back up a table that is empty, or whose items DynamoDB has not counted yet, to $store, $store-2"" on target ""$empty""."))
        $store | Should -Not -Exist
        { Backup-DynamoTable no-such-table $store -WhatIf -ErrorAction Stop @aws } | Should -Throw -ErrorId 'TableNotFound,*'
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

    It 'runs as a thread job<_>' -ForEach @("$noThreadJob") -Skip:([bool] $noThreadJob) {
        $table = New-TestTable $server
        $job = Start-ThreadJob {
            Import-Module $using:manifest
            $aws = $using:aws
            Backup-DynamoTable $using:table $using:store @aws
        }
        ($job | Receive-Job -Wait -AutoRemoveJob).TableName | Should -Be $table
        (Get-DynamoBackup $table $store | Test-DynamoBackup).IsValid | Should -BeTrue
    }
}

Describe 'Backup-DynamoTable to several destinations' {
    BeforeEach {
        $first = Join-Path $TestDrive ([guid]::NewGuid())
        $second = Join-Path $TestDrive ([guid]::NewGuid())
        $table = New-TestTable $server -Items 30
    }

    It 'makes the same backup at each place' {
        $backups = Backup-DynamoTable $table -Destination $first, $second @aws
        $backups.Location | Should -Be $first, $second
        $backups.Id | Select-Object -Unique | Should -HaveCount 1
        $hashes = foreach ($backup in $backups) { (Get-ChildItem (Join-Path $backup.Location $backup.Path 'data') | Sort-Object Name | Get-FileHash).Hash -join ',' }
        $hashes | Select-Object -Unique | Should -HaveCount 1
        ($backups | Test-DynamoBackup -Level Content).IsValid | Should -Be $true, $true
    }

    It 'completes the others when one place fails' {
        Set-Content $first 'a file, where the folder should be'
        $backup = Backup-DynamoTable $table $first, $second -ErrorVariable missed -ErrorAction SilentlyContinue @aws
        $backup.Location | Should -Be $second
        $missed | Should -HaveCount 1
        $missed[0].FullyQualifiedErrorId | Should -BeLike 'StoreNotFound,*'
        $missed[0].TargetObject | Should -Be $first
        ($backup | Test-DynamoBackup -Level Content).IsValid | Should -BeTrue
    }

    It 'ends when every place fails' {
        { Backup-DynamoTable $table "$first/not/there", "$second/not/there" -ErrorAction SilentlyContinue @aws } | Should -Throw -ErrorId 'StoreNotFound,*'
    }

    It 'gives one object at a time to its pipeline' {
        (Backup-DynamoTable $table $first, $second @aws | Select-Object -First 1).Location | Should -Be $first
        (Get-DynamoBackup -Source $second | Test-DynamoBackup -Level Content).IsValid | Should -BeTrue
    }
}

Describe 'The read budget of Backup-DynamoTable' {
    BeforeAll {
        # 60 items of 4 KB are 30 units in eventually consistent reads.
        $large = New-TestTable $server -Items 60 -Padding 4000
        $throughput = @{ BillingMode = 'PROVISIONED'; ProvisionedThroughput = @{ ReadCapacityUnits = 40; WriteCapacityUnits = 20 } }
        $provisioned = New-TestTable $server -With $throughput
        $store = Join-Path $TestDrive 'budget'
    }

    It 'holds a table back' {
        $time = Measure-Command { $backup = Backup-DynamoTable $large $store -MaxReadUnits 10 @aws }
        $time.TotalSeconds | Should -BeGreaterThan 1.8
        $backup.ItemCount | Should -Be 60
        ($backup | Test-DynamoBackup -Level Content).IsValid | Should -BeTrue
    }

    It 'is one budget for all tables of the pipeline' {
        $time = Measure-Command { $backups = $large, $large | Backup-DynamoTable -Destination $store -MaxReadUnits 20 @aws }
        $time.TotalSeconds | Should -BeGreaterThan 1.8
        $backups.ItemCount | Should -Be 60, 60
    }

    It 'is a share of what the table has' {
        $said = Backup-DynamoTable $provisioned $store -ReadCapacityPercent 25 -Verbose -WarningAction SilentlyContinue @aws 4>&1 | ForEach-Object { "$_" }
        $said | Should -Contain "Reads of '$provisioned' are limited to 10 units/s (25 % of 40, its provisioned units)."
    }

    It 'asks for units where the table does not tell what it has, and goes on' {
        $backup = Backup-DynamoTable $large, $provisioned $store -ReadCapacityPercent 25 -ErrorVariable missed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue @aws
        $backup.TableName | Should -Be $provisioned
        $missed[0].FullyQualifiedErrorId | Should -BeLike 'CapacityUnknown,*'
        "$missed" | Should -Match '-MaxReadUnits'
    }

    It 'is given one way' {
        { Backup-DynamoTable $large $store -MaxReadUnits 5 -ReadCapacityPercent 5 @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Backup-DynamoTable $large $store -MaxReadUnits 0 @aws } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Backup-DynamoTable $large $store -ReadCapacityPercent 101 @aws } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}

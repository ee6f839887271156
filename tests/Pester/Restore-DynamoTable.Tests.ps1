BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1, $PSScriptRoot/TestExport.psm1 -Force
    $manifest = Import-BuiltModule
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

    It 'begins anew with -Resume where nothing is unfinished, and leaves no journal' {
        $working = Join-Path $TestDrive ([guid]::NewGuid())
        $restored = Restore-DynamoTable $table $store -TargetTable $target -Resume -WorkingDirectory $working -Verify -Confirm:$false @aws
        $restored.Verified | Should -BeTrue
        Get-ChildItem $working -Filter *.json | Should -BeNullOrEmpty
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

    It 'makes a table exactly the backup and writes only what differs' {
        $null = Invoke-TestServer $server PutItem @{ TableName = $table; Item = @{ pk = @{ S = 'ORDER#3' }; sk = @{ N = '3.5' }; note = @{ S = 'WRONG' } } }
        $null = Invoke-TestServer $server PutItem @{ TableName = $table; Item = @{ pk = @{ S = 'new' }; sk = @{ N = '1' } } }
        $work = Join-Path $TestDrive 'work'
        $said = Read-Transcript { Restore-DynamoTable $table $store -Mode Replace -WorkingDirectory $work -WhatIf @aws }
        $said | Should -Match "Replace by 60 items \(.*: 0 to add, 1 to change, 1 to delete, 59 unchanged; up to .*write units.*\) of backup $($backup.Id)"" on target ""$table"""
        $restored = Restore-DynamoTable $table $store -Mode Replace -WorkingDirectory $work -Force -Verify -Confirm:$false @aws
        $restored.Written, $restored.Deleted, $restored.Unchanged, $restored.Skipped, $restored.Verified | Should -Be 1, 1, 59, 0, $true
        Get-TestItem $server $table | Should -HaveCount 60
        Get-ChildItem $work -Exclude *.lock | Should -BeNullOrEmpty
    }

    It 'adds only what is missing' {
        $null = Invoke-TestServer $server PutItem @{ TableName = $table; Item = @{ pk = @{ S = 'ORDER#3' }; sk = @{ N = '3.5' }; note = @{ S = 'NEWER' } } }
        $null = Invoke-TestServer $server DeleteItem @{ TableName = $table; Key = @{ pk = @{ S = 'ORDER#4' }; sk = @{ N = '4.5' } } }
        $restored = Restore-DynamoTable $table $store -Mode Supplement -WorkingDirectory (Join-Path $TestDrive 'work') -Force -Verify -Confirm:$false @aws
        $restored.Written, $restored.Deleted, $restored.Unchanged, $restored.Skipped, $restored.Verified | Should -Be 1, 0, 58, 1, $true
        $restored.Findings.Kind | Should -Be ItemsSkipped
        Get-TestItem $server $table | Should -HaveCount 60
    }

    It 'refuses -Safe without Replace' {
        { Restore-DynamoTable $table $store -Mode Overwrite -Safe -Force -Confirm:$false @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
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

    It 'tells with -WhatIf what it would do, and creates nothing' {
        $said = Read-Transcript { Restore-DynamoTable $table $store -TargetTable $target -MaxWriteUnits 0.5 -WhatIf @aws }
        $bytes = $backup.ItemBytes.ToString('N0', [cultureinfo]::InvariantCulture)
        $said | Should -Match ([regex]::Escape("What if: Performing the operation ""Create the table and restore 60 items ($bytes bytes; up to 60 write units, at least 2 min at 0.5 units/s (-MaxWriteUnits)) of backup $($backup.Id)"" on target ""$target""."))
        Test-TestTable $server $target | Should -BeFalse
    }

    It 'tells with -WhatIf that it would overwrite' {
        $said = Read-Transcript { Restore-DynamoTable $table $store -Mode Overwrite -WhatIf @aws }
        $said | Should -Match "Overwrite with 60 items \(.*write units.*\) of backup $($backup.Id)"" on target ""$table"""
    }

    It 'takes the sound copy of several sources' {
        $other = "$store-2"
        $copies = Backup-DynamoTable $table $store, $other @aws
        Remove-Item (Join-Path $store $copies[0].Path 'dynamobackup.json')
        $restored = Restore-DynamoTable $table $store, $other -TargetTable $target -Verify -Confirm:$false @aws
        $restored.Location | Should -Be $other
        $restored.BackupId | Should -Be $copies[0].Id
        $restored.Verified | Should -BeTrue
    }

    It 'keeps to a write budget' {
        # 60 items of a unit each.
        $time = Measure-Command { $restored = Restore-DynamoTable $table $store -TargetTable $target -MaxWriteUnits 25 -Verify -Confirm:$false @aws }
        $time.TotalSeconds | Should -BeGreaterThan 1.2
        $restored.Verified | Should -BeTrue
        { Restore-DynamoTable $table $store -TargetTable $target -MaxWriteUnits 5 -WriteCapacityPercent 5 @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'restores several tables at a time' {
        $others = 1..3 | ForEach-Object { New-TestTable $server -Items 20 }
        $made = Backup-DynamoTable $others $store @aws
        $others | ForEach-Object { Remove-TestTable $server $_ }
        $restored = $made | ForEach-Object -ThrottleLimit 3 -Parallel {
            Import-Module $using:manifest
            $aws = $using:aws
            $_ | Restore-DynamoTable -Verify -Confirm:$false @aws
        }
        $restored.Verified | Should -Be $true, $true, $true
        $restored.TableName | Sort-Object | Should -Be ($others | Sort-Object)
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
        $said -replace '\s*\n\s*(\|\s*)?', ' ' | Should -Match 'not interactive'
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

Describe 'The settings of a table that Restore-DynamoTable creates' {
    BeforeAll {
        $store = Join-Path $TestDrive 'settings'
        $table = New-TestTable $server -Items 5 -With @{
            BillingMode            = 'PROVISIONED'
            ProvisionedThroughput  = @{ ReadCapacityUnits = 40; WriteCapacityUnits = 20 }
            AttributeDefinitions   = @(@{ AttributeName = 'pk'; AttributeType = 'S' }, @{ AttributeName = 'sk'; AttributeType = 'N' })
            GlobalSecondaryIndexes = @(@{
                    IndexName             = 'by-sk'
                    KeySchema             = @(@{ AttributeName = 'sk'; KeyType = 'HASH' })
                    Projection            = @{ ProjectionType = 'ALL' }
                    ProvisionedThroughput = @{ ReadCapacityUnits = 4; WriteCapacityUnits = 2 }
                })
        }
        $null = Invoke-TestServer $server TagResource @{ ResourceArn = (Get-TestTable $server $table).TableArn; Tags = @(@{ Key = 'team'; Value = 'data' }) }
        $null = Backup-DynamoTable $table $store -WarningAction SilentlyContinue @aws
        $quiet = @{ Confirm = $false; WarningAction = 'SilentlyContinue' }

        function Restore-Changed([hashtable] $Change) {
            $restored = Restore-DynamoTable $table $store -TargetTable $target @Change @quiet @aws
            $restored.Written | Should -Be 5
            Get-TestTable $server $target
        }
    }

    BeforeEach {
        $target = "copy-$([guid]::NewGuid().ToString('n').Substring(0, 12))"
    }

    It 'are those of the table that was backed up' {
        $made = Restore-Changed @{}
        $made.ProvisionedThroughput.ReadCapacityUnits, $made.ProvisionedThroughput.WriteCapacityUnits | Should -Be 40, 20
        $made.GlobalSecondaryIndexes.IndexName | Should -Be by-sk
        $made.GlobalSecondaryIndexes.ProvisionedThroughput.ReadCapacityUnits | Should -Be 4
        (Invoke-TestServer $server ListTagsOfResource @{ ResourceArn = $made.TableArn }).Tags.Value | Should -Be data
    }

    It 'go without what is excluded' {
        $made = Restore-Changed @{ ExcludeSetting = 'Tags', 'AutoScaling'; ExcludeIndex = 'by-*' }
        $made.psobject.Properties.Name | Should -Not -Contain GlobalSecondaryIndexes
        (Invoke-TestServer $server ListTagsOfResource @{ ResourceArn = $made.TableArn }).Tags | Should -BeNullOrEmpty
    }

    It 'take another billing mode' {
        (Restore-Changed @{ BillingMode = 'PayPerRequest' }).BillingModeSummary.BillingMode | Should -Be PAY_PER_REQUEST
    }

    It 'take another capacity, and the indexes theirs: <Name>' -ForEach @(
        @{ Name = 'text'; Capacity = '5,6' }
        @{ Name = 'list'; Capacity = 5, 6 }
        @{ Name = 'hashtable'; Capacity = @{ Read = 5; Write = 6 } }
    ) {
        $made = Restore-Changed @{ ReadCapacityUnits = 7; WriteCapacityUnits = 3; IndexThroughput = @{ 'by-sk' = $Capacity } }
        $made.ProvisionedThroughput.ReadCapacityUnits, $made.ProvisionedThroughput.WriteCapacityUnits | Should -Be 7, 3
        $made.GlobalSecondaryIndexes.ProvisionedThroughput.ReadCapacityUnits, $made.GlobalSecondaryIndexes.ProvisionedThroughput.WriteCapacityUnits | Should -Be 5, 6
    }

    It 'that an endpoint ignores are a finding and a warning' {
        # dynalite knows no table class.
        $restored = Restore-DynamoTable $table $store -TargetTable $target -TableClass STANDARD_INFREQUENT_ACCESS @quiet -WarningVariable warned @aws
        $finding = $restored.Findings | Where-Object Kind -EQ SettingNotRestored
        $finding.Detail | Should -BeLike 'TableClass could not be put back: it should be "STANDARD_INFREQUENT_ACCESS", but in the new table it is *'
        $finding.Fix | Should -Not -BeNullOrEmpty
        "$warned" | Should -Match 'TableClass'
    }

    It 'hold the share of a write budget' {
        $said = Restore-DynamoTable $table $store -TargetTable $target -WriteCapacityPercent 50 -Verbose @quiet @aws 4>&1 | ForEach-Object { "$_" }
        $said | Should -Contain "Writes to '$target' are limited to 10 units/s (50 % of 20, its provisioned units)."
    }

    It 'must be known' {
        { Restore-Changed @{ ExcludeIndex = 'no-such-index' } } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Restore-Changed @{ IndexThroughput = @{ 'by-sk' = '5' } } } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Restore-Changed @{ ExcludeSetting = 'Colour' } } | Should -Throw -ErrorId 'CannotConvertArgumentNoMessage,*'
        { Restore-Changed @{ TableClass = 'CHEAP' } } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        Test-TestTable $server $target | Should -BeFalse
    }

    It 'are not changed at a table that exists' {
        { Restore-DynamoTable $table $store -Mode Overwrite -Force -BillingMode PayPerRequest -ErrorAction Stop @quiet @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
        (Get-TestTable $server $table).ProvisionedThroughput.ReadCapacityUnits | Should -Be 40
    }
}

Describe 'Restore-DynamoTable from an export that AWS made' {
    BeforeAll {
        $exports = Join-Path $TestDrive 'exports'
        $id = New-TestExport $exports Catalog -Items 20
        $described = Join-Path $TestDrive 'catalog.json'
        $model = New-TestTable $server -Items 0 -With @{
            BillingMode           = 'PROVISIONED'
            ProvisionedThroughput = @{ ReadCapacityUnits = 7; WriteCapacityUnits = 5 }
        }
        @{ Table = Get-TestTable $server $model } | ConvertTo-Json -Depth 10 | Set-Content $described
    }

    BeforeEach {
        $target = "copy-$([guid]::NewGuid().ToString('n').Substring(0, 12))"
    }

    It 'needs a definition where there is no table' {
        { Restore-DynamoTable Catalog $exports -TargetTable $target -Confirm:$false -ErrorAction Stop @aws } | Should -Throw -ErrorId 'DefinitionMissing,*'
        Test-TestTable $server $target | Should -BeFalse
    }

    It 'fills a table that exists' {
        $null = New-TestTable $server $target -Items 0
        (Restore-DynamoTable Catalog $exports -TargetTable $target -Verify -Confirm:$false @aws).Verified | Should -BeTrue
        Get-TestItem $server $target | Should -HaveCount 20
    }

    It 'takes a definition as <Form>' -ForEach @(
        @{ Form = 'a path'; Definition = { $described } }
        @{ Form = 'a relative path'; Definition = { './catalog.json' } }
        @{ Form = 'a path of a drive'; Definition = { 'TestDrive:/catalog.json' } }
        @{ Form = 'a file'; Definition = { Get-Item $described } }
        @{ Form = 'text'; Definition = { Get-Content $described -Raw } }
        @{ Form = 'what ConvertFrom-Json returns'; Definition = { Get-Content $described -Raw | ConvertFrom-Json } }
        @{ Form = 'a hashtable of ConvertFrom-Json'; Definition = { Get-Content $described -Raw | ConvertFrom-Json -AsHashtable } }
        @{ Form = 'the table alone'; Definition = { Get-TestTable $server $model } }
        @{
            Form       = 'a hashtable'
            Definition = {
                @{
                    KeySchema             = @(@{ AttributeName = 'pk'; KeyType = 'HASH' })
                    AttributeDefinitions  = @(@{ AttributeName = 'pk'; AttributeType = 'S' })
                    ProvisionedThroughput = @{ ReadCapacityUnits = 7; WriteCapacityUnits = 5 }
                }
            }
        }
    ) {
        Push-Location $TestDrive
        try {
            $restored = Restore-DynamoTable Catalog $exports -Id $id -TargetTable $target -TableDefinition (& $Definition) -Verify -Confirm:$false -WarningAction SilentlyContinue @aws
        }
        finally { Pop-Location }
        $restored.Verified | Should -BeTrue
        $restored.Written | Should -Be 20
        $made = Get-TestTable $server $target
        $made.ProvisionedThroughput.ReadCapacityUnits, $made.ProvisionedThroughput.WriteCapacityUnits | Should -Be 7, 5
        $made.KeySchema.AttributeName | Should -Be pk
    }

    It 'refuses <Name> as a definition' -ForEach @(
        @{ Name = 'a file that is not there'; Definition = 'nowhere.json' }
        @{ Name = 'a number'; Definition = 42 }
        @{ Name = 'an empty hashtable'; Definition = @{} }
        @{ Name = 'broken JSON'; Definition = '{ "Table": ' }
    ) {
        { Restore-DynamoTable Catalog $exports -TargetTable $target -TableDefinition $Definition -Confirm:$false @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
        Test-TestTable $server $target | Should -BeFalse
    }

    It 'refuses one definition for two tables' {
        $two = Join-Path $TestDrive 'two'
        $null = New-TestExport $two One
        $null = New-TestExport $two Two
        { Restore-DynamoTable * $two -TableDefinition $described -Confirm:$false @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'refuses a key that the items do not have, and creates nothing that stays' {
        $other = @{
            KeySchema            = @(@{ AttributeName = 'id'; KeyType = 'HASH' })
            AttributeDefinitions = @(@{ AttributeName = 'id'; AttributeType = 'S' })
            BillingMode          = 'PAY_PER_REQUEST'
        }
        { Restore-DynamoTable Catalog $exports -TargetTable $target -TableDefinition $other -Confirm:$false -ErrorAction Stop @aws } | Should -Throw -ErrorId 'KeySchemaMismatch,*'
        Test-TestTable $server $target | Should -BeFalse
    }
}

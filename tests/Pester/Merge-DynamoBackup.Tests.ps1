BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1, $PSScriptRoot/TestExport.psm1 -Force
    $null = Import-BuiltModule
    $server = Start-TestServer
    $aws = Get-TestConnection $server
}

AfterAll {
    Stop-TestServer $server
}

Describe 'Merge-DynamoBackup, and Restore-DynamoTable to a point in time' {
    BeforeEach {
        $exports = Join-Path $TestDrive ([guid]::NewGuid())
        $store = Join-Path $TestDrive ([guid]::NewGuid())
        $work = Join-Path $TestDrive 'work'
        $of = @{ Folder = $exports; Table = 'Catalog'; TableId = [guid]::NewGuid() }
        $full = New-TestExport @of -Items 12 -Start '2026-03-01T10:00:00Z'
        $changes = New-TestExport @of -Items 20 -Start '2026-03-02T10:00:00Z' -Incremental
    }

    It 'makes a full backup of a base and its changes' {
        $merged = Merge-DynamoBackup Catalog $exports -Destination $store -WorkingDirectory $work
        $merged.Type | Should -Be Full
        $merged.Exactness | Should -Be Exact
        $merged.ItemCount | Should -Be 20
        $merged.ToUtc | Should -Be ([datetime]'2026-03-02T10:00:00Z').ToUniversalTime()
        ($merged | Test-DynamoBackup -Level Content).IsValid | Should -BeTrue
        (Get-DynamoBackup -Source $store).Id | Should -Be $merged.Id
        Get-DynamoBackup -Source $exports | Should -HaveCount 2
        Get-ChildItem $work | Should -BeNullOrEmpty
    }

    It 'takes backups from the pipeline, and an id' {
        (Get-DynamoBackup -Source $exports -Id $changes | Merge-DynamoBackup -Destination $store).ItemCount | Should -Be 20
        (Merge-DynamoBackup -Source $exports -Id $changes -Destination $store -Compression Zstd).ItemCount | Should -Be 20
    }

    It 'shows what would be merged and writes nothing' {
        $said = Read-Transcript { Merge-DynamoBackup Catalog $exports -Destination $store -WhatIf }
        $said | Should -Match $full
        $said | Should -Match $changes
        $said | Should -Match '20 changes'
        Test-Path $store | Should -BeFalse
    }

    It 'says where there is nothing to merge, and where an instant is not covered' {
        { Merge-DynamoBackup -Source $exports -Id $full -Destination $store -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Merge-DynamoBackup Catalog $exports -PointInTime '2026-03-02T09:00:00Z' -Destination $store -ErrorAction Stop } | Should -Throw -ErrorId 'PointInTimeNotCovered,*'
        { Merge-DynamoBackup -Source $exports -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,*'
        Test-Path $store | Should -BeFalse
    }

    It 'leaves nothing where a backup is damaged' {
        $file = Get-ChildItem (Join-Path $exports 'AWSDynamoDB/data') | Sort-Object Length -Descending | Select-Object -First 1
        $bytes = [System.IO.File]::ReadAllBytes($file)
        [System.IO.File]::WriteAllBytes($file, $bytes[0..($bytes.Length - 5)])
        { Merge-DynamoBackup Catalog $exports -Destination $store -ErrorAction Stop } | Should -Throw -ErrorId 'BackupDamaged,*'
        Get-ChildItem $store -Recurse -File | Should -BeNullOrEmpty
    }

    It 'restores the state at an instant, in place' {
        $table = New-TestTable $server -Items 30
        $restore = @{ TableName = 'Catalog'; Source = $exports; TargetTable = $table; PointInTime = '2026-03-02T10:00:00.5Z'; Mode = 'Replace'; WorkingDirectory = $work }
        $said = Read-Transcript { Restore-DynamoTable @restore -WhatIf @aws }
        $said | Should -Match "State at 2026-03-02T10:00:00Z from full backup $full"
        $said | Should -Match $changes
        $restored = Restore-DynamoTable @restore -Force -Verify -Confirm:$false @aws
        $restored.Verified | Should -BeTrue
        $restored.ItemsRead | Should -Be 20
        $restored.BackupId | Should -Be $changes
        $restored.BackupIds | Should -Be $full, $changes
        $restored.PointInTimeUtc | Should -Be ([datetime]'2026-03-02T10:00:00Z').ToUniversalTime()
        $restored.Findings.Kind | Should -Contain InstantRounded
    }

    It 'restores one item as it was' {
        $table = New-TestTable $server -Items 0
        $restored = Restore-DynamoTable Catalog $exports -TargetTable $table -PointInTime '2026-03-02T10:00:00Z' -Key @{ pk = 'ORDER#15' } -Confirm:$false @aws
        $restored.Written | Should -Be 1
    }

    It 'restores the newest state where the newest backup is an incremental one' {
        $table = New-TestTable $server -Items 0
        (Restore-DynamoTable Catalog $exports -TargetTable $table -Verify -Confirm:$false @aws).BackupIds | Should -Be $full, $changes
    }

    It 'refuses an instant that no backups bring back' {
        { Restore-DynamoTable Catalog $exports -TargetTable new -PointInTime '2026-03-02T09:00:00Z' -Confirm:$false -ErrorAction Stop @aws } | Should -Throw -ErrorId 'PointInTimeNotCovered,*'
        Test-TestTable $server new | Should -BeFalse
    }
}

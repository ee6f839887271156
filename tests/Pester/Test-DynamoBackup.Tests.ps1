BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1, $PSScriptRoot/TestExport.psm1 -Force
    $null = Import-BuiltModule
    $server = Start-TestServer
    $aws = Get-TestConnection $server
}

AfterAll {
    Stop-TestServer $server
}

Describe 'Test-DynamoBackup' {
    BeforeEach {
        $store = Join-Path $TestDrive ([guid]::NewGuid())
        $table = New-TestTable $server -Items 30
        $backup = Backup-DynamoTable $table $store @aws
    }

    It 'finds a whole backup valid at level <_>' -ForEach Structure, Checksum, Content, Live {
        $proof = Test-DynamoBackup $table $store -Level $_ @aws
        $proof.IsValid | Should -BeTrue
        $proof.Level | Should -Be $_
        $proof.ItemCount | Should -Be 30
        $proof.ContentDigest | Should -Be $backup.ContentDigest
        $proof.Findings | Should -BeNullOrEmpty
    }

    It 'takes backups from the pipeline' {
        ($backup | Test-DynamoBackup).Id | Should -Be $backup.Id
        (Get-DynamoBackup -Source $store | Test-DynamoBackup -Level Content).Id | Should -Be $backup.Id
    }

    It 'takes names and objects with a table name from the pipeline' {
        ($table | Test-DynamoBackup -Source $store).Id | Should -Be $backup.Id
        ([pscustomobject]@{ TableName = $table } | Test-DynamoBackup -Source $store).Id | Should -Be $backup.Id
    }

    It 'takes backups that come from a file or another process' {
        $null = Backup-DynamoTable $table $store @aws
        $backup | Export-Clixml "$TestDrive/backup.xml"
        (Import-Clixml "$TestDrive/backup.xml" | Test-DynamoBackup).Id | Should -Be $backup.Id
        $backup | Export-Csv "$TestDrive/backup.csv"
        (Import-Csv "$TestDrive/backup.csv" | Test-DynamoBackup -Level Content).Id | Should -Be $backup.Id
    }

    It 'finds a flipped byte and says what to do' {
        $file = Get-ChildItem $store -Recurse -Filter *.json.gz | Select-Object -First 1
        $bytes = [System.IO.File]::ReadAllBytes($file)
        $bytes[20] = $bytes[20] -bxor 1
        [System.IO.File]::WriteAllBytes($file, $bytes)
        $proof = Test-DynamoBackup -Source $store
        $proof.IsValid | Should -BeFalse
        $proof.Findings[0].Kind | Should -Be ChecksumDiffers
        $proof.Findings[0].File | Should -Be "data/$($file.Name)"
        $proof.Findings[0].Fix | Should -Not -BeNullOrEmpty
        Test-DynamoBackup -Source $store -Quiet | Should -BeFalse
    }

    It 'finds a missing file' {
        Get-ChildItem $store -Recurse -Filter *.json.gz | Select-Object -First 1 | Remove-Item
        (Test-DynamoBackup -Source $store -Level Structure).Findings.Kind | Should -Be FileMissing
    }

    It 'answers true or false in a condition' {
        $answer = Test-DynamoBackup $table $store -Quiet
        $answer | Should -BeOfType [bool]
        $answer | Should -BeTrue
    }

    It 'compares with the live table' {
        $null = Invoke-TestServer $server PutItem @{ TableName = $table; Item = @{ pk = @{ S = 'new' } } }
        $proof = Test-DynamoBackup $table $store -Level Live @aws
        $proof.IsValid | Should -BeFalse
        $proof.Findings.Kind | Should -Be LiveDiffers
    }

    It 'compares with another table' {
        $copy = New-TestTable $server -Items 30
        (Test-DynamoBackup $table $store -Level Live -TargetTable $copy @aws).IsValid | Should -BeTrue
        { Test-DynamoBackup $table $store -TargetTable $copy @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'tests what is wanted and no more' {
        $null = Backup-DynamoTable $table $store @aws
        Test-DynamoBackup -Source $store | Should -HaveCount 2
        Test-DynamoBackup -Source $store -Latest | Should -HaveCount 1
        (Test-DynamoBackup -Source $store | Select-Object -First 1).Id | Should -Be $backup.Id
    }

    It 'tests every copy of several sources' {
        $other = "$store-2"
        $copies = Backup-DynamoTable $table $store, $other @aws
        Get-ChildItem $other -Recurse -Filter *.json.gz | Select-Object -First 1 | Remove-Item
        $proofs = Test-DynamoBackup $table $store, $other -Id $copies[0].Id
        $proofs.Location | Should -Be $store, $other
        $proofs.IsValid | Should -Be $true, $false
        Test-DynamoBackup $table $store, $other -Id $copies[0].Id -Quiet | Should -Be $true, $false
    }

    It 'keeps to a budget when it reads the live table, and refuses one that it would not use' {
        $large = New-TestTable $server -Items 60 -Padding 4000
        $copy = Backup-DynamoTable $large $store @aws
        # Strongly consistent reads: 60 units.
        $time = Measure-Command { $proof = $copy | Test-DynamoBackup -Level Live -MaxReadUnits 25 @aws }
        $proof.IsValid | Should -BeTrue
        $time.TotalSeconds | Should -BeGreaterThan 1.2
        { Test-DynamoBackup $table $store -MaxReadUnits 25 @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Test-DynamoBackup $table $store -Level Live -MaxReadUnits 25 -ReadCapacityPercent 10 @aws } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'reads no table and no credentials below the level Live' {
        $missed = @{ ProfileName = 'no-such-profile'; ProfileLocation = "$TestDrive/none" }
        (Test-DynamoBackup $table $store -Level Content @missed).IsValid | Should -BeTrue
        { Test-DynamoBackup $table $store -Level Live -Region us-east-1 @missed } | Should -Throw -ErrorId 'ProfileNotFound,*'
    }
}

Describe 'Test-DynamoBackup over exports that AWS made' {
    BeforeEach {
        $exports = Join-Path $TestDrive ([guid]::NewGuid())
        $id = New-TestExport $exports Catalog -Items 12
    }

    It 'proves a full export' {
        foreach ($level in 'Structure', 'Checksum', 'Content') {
            $proof = Test-DynamoBackup Catalog $exports -Level $level
            $proof.IsValid | Should -BeTrue -Because $level
            $proof.Findings.Kind | Should -Be SidecarMissing
        }
        $proof.ItemCount | Should -Be 12
        $proof.ContentDigest | Should -Match '^v1:12:[0-9a-f]{64}$'
    }

    It 'compares it with a table' {
        $table = New-TestTable $server -Items 12
        (Test-DynamoBackup Catalog $exports -Level Live -TargetTable $table @aws).Findings.Kind | Should -Contain LiveDiffers
    }

    It 'finds a cut file' {
        $file = Get-ChildItem (Join-Path $exports 'AWSDynamoDB' $id 'data') | Sort-Object Length -Descending | Select-Object -First 1
        $bytes = [System.IO.File]::ReadAllBytes($file)
        [System.IO.File]::WriteAllBytes($file, $bytes[0..($bytes.Length - 5)])
        (Test-DynamoBackup Catalog $exports).IsValid | Should -BeFalse
        Test-DynamoBackup Catalog $exports -Quiet | Should -BeFalse
    }

    It 'proves an incremental export, but not against a table' {
        $incremental = New-TestExport $exports Catalog -Incremental
        (Test-DynamoBackup -Source $exports -Id $incremental -Level Content).IsValid | Should -BeTrue
        $proof = Test-DynamoBackup -Source $exports -Id $incremental -Level Live @aws
        $proof.IsValid | Should -BeFalse
        $proof.Findings.Kind | Should -Contain LiveUnreadable
    }
}

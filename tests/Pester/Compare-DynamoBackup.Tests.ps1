BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $null = Import-BuiltModule
    $server = Start-TestServer
    $aws = Get-TestConnection $server
}

AfterAll {
    Stop-TestServer $server
}

Describe 'Compare-DynamoBackup' {
    BeforeEach {
        $store = Join-Path $TestDrive ([guid]::NewGuid())
        $work = @{ WorkingDirectory = Join-Path $TestDrive 'work' }
        $table = New-TestTable $server -Items 30 -RangeKey
        $backup = Backup-DynamoTable $table $store @aws
    }

    It 'returns nothing where nothing differs' {
        Compare-DynamoBackup $table $store @work @aws | Should -BeNullOrEmpty
        ($backup | Compare-DynamoBackup -Summary @work @aws).IsEqual | Should -BeTrue
        Get-ChildItem $work.WorkingDirectory | Should -BeNullOrEmpty
    }

    It 'tells what differs from a table and from another backup' {
        $null = Invoke-TestServer $server PutItem @{ TableName = $table; Item = @{ pk = @{ S = 'ORDER#3' }; sk = @{ N = '3.5' }; note = @{ S = 'NEWER' } } }
        $null = Invoke-TestServer $server PutItem @{ TableName = $table; Item = @{ pk = @{ S = 'new' }; sk = @{ N = '1' } } }
        $null = Invoke-TestServer $server DeleteItem @{ TableName = $table; Key = @{ pk = @{ S = 'ORDER#4' }; sk = @{ N = '4.5' } } }
        $newer = Backup-DynamoTable $table $store @aws
        foreach ($with in @{}, @{ DifferenceBackup = $newer }, @{ DifferenceId = $newer.Id }) {
            $found = @($backup | Compare-DynamoBackup @with @work @aws | Sort-Object Change)
            $found.Change | Should -Be Added, Removed, Changed
            ($found[0].Key | ConvertFrom-Json).pk.S | Should -Be 'new'
            "$($found[2])" | Should -Match '^Changed .*note'
            $summary = $backup | Compare-DynamoBackup @with -Summary @work @aws
            $summary.Added, $summary.Removed, $summary.Changed, $summary.Same | Should -Be 1, 1, 1, 28
        }
    }

    It 'refuses a damaged backup' {
        Get-ChildItem $store -Recurse -Filter *.json.gz | Select-Object -First 1 | Remove-Item
        { Compare-DynamoBackup $table $store -ErrorAction Stop @work @aws } | Should -Throw -ErrorId 'BackupDamaged,*'
    }
}

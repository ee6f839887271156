BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $null = Import-BuiltModule
    $server = Start-TestServer
    $aws = Get-TestConnection $server
    $store = Join-Path $TestDrive 'store'
    $table = New-TestTable $server -Name 'prod-one' -Items 40
    $null = Backup-DynamoTable $table $store @aws
    $all = @(Get-DynamoBackupItem $table $store)
}

AfterAll {
    Stop-TestServer $server
}

Describe 'Get-DynamoBackupItem' {
    It 'returns every item' {
        $all | Should -HaveCount 40
        $all[0].pstypenames[0] | Should -Be 'DynamoBackup.Item'
    }

    It 'stops when the commands behind it have enough' {
        @(Get-DynamoBackupItem $table $store | Select-Object -First 1) | Should -HaveCount 1
        @(Get-DynamoBackupItem $table $store | Select-Object -First 3) | Should -HaveCount 3
    }

    It 'chooses by a condition as Where-Object does' {
        $key = $all[7].pk
        $chosen = Get-DynamoBackupItem $table $store -Where { $_.pk -eq $key }
        $chosen | ConvertTo-Json -Depth 9 | Should -Be ($all | Where-Object pk -EQ $key | ConvertTo-Json -Depth 9)
    }

    It 'writes lines that are JSON' {
        $lines = @(Get-DynamoBackupItem $table $store -AsJson)
        $lines | Should -HaveCount 40
        foreach ($line in $lines) { $line | Test-Json | Should -BeTrue }
    }

    It 'sorts and exports what it returns' {
        $sorted = $all | Sort-Object pk
        $sorted | Should -HaveCount 40
        ($all | ConvertTo-Csv | ConvertFrom-Csv).pk | Should -Be $all.pk
    }

    It 'says which key is not there' {
        Get-DynamoBackupItem $table $store -Key @{ pk = 'nobody' } -ErrorVariable missing -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $missing[0].CategoryInfo.Category | Should -Be ObjectNotFound
    }
}

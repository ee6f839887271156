BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $null = Import-BuiltModule
    $server = Start-TestServer
    $aws = Get-TestConnection $server
    $table = New-TestTable $server -Name 'prod-one'
}

AfterAll {
    Stop-TestServer $server
}

Describe 'Remove-DynamoBackup' {
    BeforeEach {
        $store = Join-Path $TestDrive ([guid]::NewGuid())
        $backups = Backup-DynamoTable $table, $table $store @aws
    }

    It 'removes all but the newest' {
        $removed = @(Get-DynamoBackup $table $store | Select-Object -SkipLast 1 | Remove-DynamoBackup -Confirm:$false)
        $removed.Id | Should -Be $backups[0].Id
        (Get-DynamoBackup $table $store).Id | Should -Be $backups[1].Id
        Test-DynamoBackup $table $store -Quiet | Should -BeTrue
    }

    It 'removes nothing with -WhatIf' {
        Get-DynamoBackup $table $store | Remove-DynamoBackup -WhatIf | Should -BeNullOrEmpty
        Get-DynamoBackup $table $store | Should -HaveCount 2
    }

    It 'takes a proof, which tells id and location' {
        (Test-DynamoBackup $table $store | Select-Object -First 1 | Remove-DynamoBackup -Confirm:$false).Id | Should -Be $backups[0].Id
    }

    It 'asks about the last one, and -Force answers' {
        { Get-DynamoBackup $table $store | Remove-DynamoBackup -Force -Confirm:$false } | Should -Not -Throw
        Get-DynamoBackup -Source $store | Should -BeNullOrEmpty
    }
}

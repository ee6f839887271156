BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $null = Import-BuiltModule

    function Complete([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText
    }
}

Describe 'Completion' {
    It 'completes <Line> to <Expected>' -ForEach @(
        @{ Line = 'Backup-Dyn'; Expected = 'Backup-DynamoTable' }
        @{ Line = 'Test-Dyn'; Expected = 'Test-DynamoBackup' }
        @{ Line = 'Backup-DynamoTable -Dest'; Expected = '-Destination' }
        @{ Line = 'Backup-DynamoTable -Comp'; Expected = '-Compression' }
        @{ Line = 'Backup-DynamoTable orders -Seg'; Expected = '-Segments' }
        @{ Line = 'Get-DynamoBackup -La'; Expected = '-Latest' }
        @{ Line = 'Test-DynamoBackup -Le'; Expected = '-Level' }
        @{ Line = 'Restore-DynamoTable -Tar'; Expected = '-TargetTable' }
        @{ Line = 'Restore-DynamoTable -EndpointUrl http://localhost -Ver'; Expected = '-Verify', '-Verbose' }
    ) {
        Complete $Line | Should -Be $Expected
    }

    It 'offers the values of <Parameter>' -ForEach @(
        @{ Parameter = 'Test-DynamoBackup -Level '; Values = 'Checksum', 'Content', 'Live', 'Structure' }
        @{ Parameter = 'Backup-DynamoTable -Compression '; Values = 'Gzip', 'None', 'Zstd' }
        @{ Parameter = 'Restore-DynamoTable -Mode '; Values = 'NewTable', 'Overwrite' }
    ) {
        Complete $Parameter | Sort-Object | Should -Be $Values
    }

    It 'narrows values as they are typed' {
        Complete 'Test-DynamoBackup -Level C' | Sort-Object | Should -Be 'Checksum', 'Content'
        Complete 'Restore-DynamoTable orders -Mode o' | Should -Be 'Overwrite'
    }

    It 'offers the properties of what a command returns' {
        Complete 'Get-DynamoBackup | Where-Object ItemC' | Should -Be 'ItemCount'
        Complete 'Test-DynamoBackup | Where-Object IsV' | Should -Be 'IsValid'
        Complete 'Restore-DynamoTable orders | ForEach-Object { $_.Wri' | Should -Be 'Written'
    }

    It 'offers folders as a location' {
        $null = New-Item -ItemType Directory "$TestDrive/nightly"
        Complete "Backup-DynamoTable orders -Destination $TestDrive/nigh" | Should -BeLike '*nightly*'
    }
}

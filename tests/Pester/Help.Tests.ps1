BeforeDiscovery {
    $commands = 'Backup-DynamoTable', 'Compare-DynamoBackup', 'Get-DynamoBackup', 'Get-DynamoBackupItem', 'Merge-DynamoBackup', 'Remove-DynamoBackup', 'Restore-DynamoTable', 'Test-DynamoBackup'
}

BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $null = Import-BuiltModule
    $common = [System.Management.Automation.Cmdlet]::CommonParameters
    $ours = (Get-Command -Module DynamoBackup).Name
}

Describe 'Get-Help <_>' -ForEach $commands {
    BeforeAll {
        $name = $_
        $help = Get-Help $name -Full
    }

    It 'has a synopsis and a description' {
        $help.Synopsis | Should -Match '\.$'
        $help.Description.Text | Should -Not -BeNullOrEmpty
    }

    It 'shows the syntax of every set' {
        $sets = (Get-Command $name).ParameterSets.Count
        @($help.Syntax.syntaxItem).Count | Should -Be $sets
    }

    It 'has examples that parse' {
        $help.Examples.Example.Count | Should -BeGreaterOrEqual 2
        foreach ($example in $help.Examples.Example) {
            $errors = $null
            $null = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty -Because $example.code
            ($example.remarks.Text -join '').Trim() | Should -Not -BeNullOrEmpty -Because $example.title
        }
    }

    It 'counts its examples' {
        $titles = $help.Examples.Example.title | ForEach-Object { $_ -match 'Example (\d+)' | Out-Null; [int] $Matches[1] }
        $titles | Should -Be (1..@($titles).Count)
    }

    It 'uses in its examples only parameters that exist' {
        foreach ($example in $help.Examples.Example) {
            $script = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $null)
            $commands = $script.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true) | Where-Object { $_.GetCommandName() -in $ours }
            foreach ($command in $commands) {
                $known = (Get-Command $command.GetCommandName()).Parameters.Keys
                $command.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] } | ForEach-Object { $_.ParameterName | Should -BeIn $known -Because $example.title }
            }
        }
    }

    It 'describes every parameter' {
        foreach ($parameter in (Get-Command $name).Parameters.Keys | Where-Object { $_ -notin $common }) {
            (Get-Help $name -Parameter $parameter).Description.Text | Should -Not -BeNullOrEmpty -Because "-$parameter"
        }
    }

    It 'describes what goes in and what comes out' {
        $help.inputTypes.inputType.type.name | Should -Not -BeNullOrEmpty
        $help.returnValues.returnValue.type.name.Trim() | Sort-Object | Should -Be ((Get-Command $name).OutputType.Name | Sort-Object)
    }

    It 'is shown without an error in every form' {
        foreach ($form in @{}, @{ Detailed = $true }, @{ Full = $true }, @{ Examples = $true }) {
            Get-Help $name @form | Out-String -Width 80 | Should -Match $name
        }
    }
}

Describe 'Get-Help <_>' -ForEach 'about_DynamoBackup', 'about_DynamoBackup_Automation', 'about_DynamoBackup_Credentials', 'about_DynamoBackup_Format', 'about_DynamoBackup_Items', 'about_DynamoBackup_PointInTime' {
    BeforeAll {
        $topic = $_
        $text = Get-Help $topic | Out-String -Width 200
    }

    It 'is the topic' {
        $text | Should -Match "(?m)^\s*$topic\s*$"
        $text | Should -Match 'SHORT DESCRIPTION'
    }

    It 'names only cmdlets that exist' {
        [regex]::Matches($text, '\b\w+-Dynamo\w+').Value | Select-Object -Unique | Where-Object { $_ -notmatch '^(about|aws)' } | Should -BeIn $ours
    }
}

Describe 'Get-Help about_DynamoBackup' {
    It 'is found' {
        Get-Help about_DynamoBackup | Out-String | Should -Match 'about_DynamoBackup'
    }

    It 'is found by a word of its own' {
        (Get-Help about_Dynamo*).Name | Sort-Object | Should -Be 'about_DynamoBackup', 'about_DynamoBackup_Automation', 'about_DynamoBackup_Credentials', 'about_DynamoBackup_Format', 'about_DynamoBackup_Items', 'about_DynamoBackup_PointInTime'
    }
}

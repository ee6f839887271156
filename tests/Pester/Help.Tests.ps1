BeforeDiscovery {
    $commands = 'Backup-DynamoTable', 'Get-DynamoBackup', 'Restore-DynamoTable', 'Test-DynamoBackup'
}

BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $null = Import-BuiltModule
    $common = [System.Management.Automation.Cmdlet]::CommonParameters
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

Describe 'Get-Help about_DynamoBackup' {
    It 'is found' {
        Get-Help about_DynamoBackup | Out-String | Should -Match 'about_DynamoBackup'
    }

    It 'is found by a word of its own' {
        (Get-Help about_Dynamo*).Name | Sort-Object | Should -Be 'about_DynamoBackup', 'about_DynamoBackup_Automation', 'about_DynamoBackup_Credentials', 'about_DynamoBackup_Format'
    }
}

BeforeDiscovery {
    $commands = 'Backup-DynamoTable', 'Get-DynamoBackup', 'Restore-DynamoTable', 'Test-DynamoBackup'
}

BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $manifest = Import-BuiltModule
    $module = Get-Module DynamoBackup
}

Describe 'The manifest' {
    It 'is valid' {
        Test-ModuleManifest $manifest -ErrorAction Stop | Should -Not -BeNullOrEmpty
    }

    It 'asks for PowerShell 7.4 Core' {
        $module.PowerShellVersion | Should -Be ([version] '7.4')
        $module.CompatiblePSEditions | Should -Be Core
    }

    It 'says what a gallery shows' {
        $data = Import-PowerShellDataFile $manifest
        foreach ($key in 'GUID', 'Author', 'CompanyName', 'Copyright', 'Description') { $data.$key | Should -Not -BeNullOrEmpty -Because $key }
        $data.PrivateData.PSData.LicenseUri | Should -Match '^https://'
        $data.PrivateData.PSData.Tags | Should -Contain 'PSEdition_Core'
        $data.PrivateData.PSData.Tags | Where-Object { $_ -match '\s' } | Should -BeNullOrEmpty
    }

    It 'names its exports one by one' {
        $data = Import-PowerShellDataFile $manifest
        foreach ($key in 'CmdletsToExport', 'FunctionsToExport', 'AliasesToExport', 'VariablesToExport') { $data.$key | Should -Not -Contain '*' -Because $key }
    }

    It 'names only files that are there' {
        $data = Import-PowerShellDataFile $manifest
        foreach ($file in @($data.RootModule) + $data.FormatsToProcess) { Join-Path (Split-Path $manifest) $file | Should -Exist }
    }
}

Describe 'The module' {
    It 'exports four cmdlets and nothing else' {
        $module.ExportedCommands.Keys | Sort-Object | Should -Be 'Backup-DynamoTable', 'Get-DynamoBackup', 'Restore-DynamoTable', 'Test-DynamoBackup'
    }

    It 'names <_> with an approved verb' -ForEach $commands {
        (Get-Verb).Verb | Should -Contain ($_ -split '-')[0]
    }

    It 'is imported without a word' {
        $shell = (Get-Process -Id $PID).Path
        $said = & $shell -NoProfile -NonInteractive -Command "Set-StrictMode -Version Latest; Import-Module '$manifest'; (Get-Command -Module DynamoBackup).Count" *>&1
        $said | Should -Be 4
    }

    It 'is found by name and loaded by its first command' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'modules' 'DynamoBackup')
        foreach ($part in 'DynamoBackup.psd1', 'module', 'en-US') { Copy-Item -Recurse (Join-Path (Split-Path $manifest) $part) $folder }
        $script = "`$env:PSModulePath = '$(Split-Path $folder)' + [System.IO.Path]::PathSeparator + `$env:PSModulePath; (Get-DynamoBackup -Source '$TestDrive' | Measure-Object).Count; (Get-Module DynamoBackup).ModuleBase"
        $shell = (Get-Process -Id $PID).Path
        & $shell -NoProfile -NonInteractive -Command $script | Should -Be '0', $folder.FullName
    }

    It 'gives <_> no parameter that its other commands spell differently' -ForEach $commands {
        $parameters = (Get-Command $_).Parameters
        foreach ($name in 'Region', 'EndpointUrl', 'ProfileName', 'ProfileLocation', 'AccessKey', 'SecretKey', 'SessionToken', 'StoreEndpointUrl', 'StoreRegion', 'StoreProfileName') {
            $parameters.Keys | Should -Contain $name
            $parameters[$name].ParameterType | Should -Be ([string])
        }
        $parameters.Credential.ParameterType | Should -Be ([psobject])
        ($parameters['Destination'] ?? $parameters['Source']).ParameterType | Should -Be ([string[]])
    }
}

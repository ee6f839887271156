BeforeDiscovery {
    $commands = 'Backup-DynamoTable', 'Compare-DynamoBackup', 'Get-DynamoBackup', 'Restore-DynamoTable', 'Test-DynamoBackup'
}

BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $manifest = Import-BuiltModule
    $module = Get-Module DynamoBackup

    # What ships, as it lies in a folder of $env:PSModulePath.
    $copy = New-Item -ItemType Directory (Join-Path $TestDrive 'modules' 'DynamoBackup')
    foreach ($part in 'DynamoBackup.psd1', 'module', 'en-US') { Copy-Item -Recurse (Join-Path (Split-Path $manifest) $part) $copy }

    function Invoke-Copy([string] $Script) {
        $path = "`$env:PSModulePath = '$(Split-Path $copy)' + [System.IO.Path]::PathSeparator + `$env:PSModulePath"
        & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "$path; $Script"
    }
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
    It 'exports its cmdlets and nothing else' {
        $module.ExportedCommands.Keys | Sort-Object | Should -Be 'Backup-DynamoTable', 'Compare-DynamoBackup', 'Get-DynamoBackup', 'Get-DynamoBackupItem', 'Merge-DynamoBackup', 'Remove-DynamoBackup', 'Restore-DynamoTable', 'Test-DynamoBackup'
    }

    It 'names <_> with an approved verb' -ForEach $commands {
        (Get-Verb).Verb | Should -Contain ($_ -split '-')[0]
    }

    It 'is imported without a word' {
        $shell = (Get-Process -Id $PID).Path
        $said = & $shell -NoProfile -NonInteractive -Command "Set-StrictMode -Version Latest; Import-Module '$manifest'; (Get-Command -Module DynamoBackup).Count" *>&1
        $said | Should -Be 8
    }

    It 'is found by name and loaded by its first command' {
        Invoke-Copy "(Get-DynamoBackup -Source '$TestDrive' | Measure-Object).Count; (Get-Module DynamoBackup).ModuleBase" | Should -Be '0', $copy.FullName
    }

    It 'brings along all that it needs to reach a table and a bucket' {
        Get-ChildItem (Join-Path $copy 'module' 'bin' 'engine') -Filter *.dll | ForEach-Object Name | Sort-Object | Should -Be @(
            'AWSSDK.Core.dll', 'AWSSDK.DynamoDBv2.dll', 'AWSSDK.S3.dll', 'AWSSDK.SecurityToken.dll', 'AWSSDK.SSO.dll', 'AWSSDK.SSOOIDC.dll'
            'DynamoBackup.Core.dll', 'System.IO.Hashing.dll', 'ZstdSharp.dll')
        $nobody = 'http://127.0.0.1:9'
        $script = "`$aws = @{ Region = 'us-east-1'; AccessKey = 'a'; SecretKey = 'b' }"
        foreach ($command in "Backup-DynamoTable orders '$TestDrive' -EndpointUrl $nobody @aws", "Get-DynamoBackup -Source s3://bucket/prefix -StoreEndpointUrl $nobody @aws") {
            $script += "; try { $command } catch { `$_.FullyQualifiedErrorId }"
        }
        Invoke-Copy $script | Should -Be 'EndpointUnreachable,DynamoBackup.PowerShell.Commands.BackupDynamoTableCommand', 'EndpointUnreachable,DynamoBackup.PowerShell.Commands.GetDynamoBackupCommand'
    }

    It 'brings along its help and its views' {
        $said = Invoke-Copy 'foreach ($name in ''Backup-DynamoTable'', ''Compare-DynamoBackup'', ''Get-DynamoBackup'', ''Get-DynamoBackupItem'', ''Merge-DynamoBackup'', ''Remove-DynamoBackup'', ''Restore-DynamoTable'', ''Test-DynamoBackup'') { (Get-Help $name).Synopsis }; Get-Help about_DynamoBackup* | ForEach-Object Name; Import-Module DynamoBackup; (Get-FormatData DynamoBackup.*).TypeName'
        $said[0..7] | Should -Match '^[A-Z].*\.$'
        $said[8..13] | Sort-Object | Should -Be 'about_DynamoBackup', 'about_DynamoBackup_Automation', 'about_DynamoBackup_Credentials', 'about_DynamoBackup_Format', 'about_DynamoBackup_Items', 'about_DynamoBackup_PointInTime'
        $said[14..99] | Should -Contain DynamoBackup.BackupInfo
        $said[14..99] | Should -Contain DynamoBackup.BackupVerification
        $said[14..99] | Should -Contain DynamoBackup.TableRestore
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

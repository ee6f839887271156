@{
    RootModule           = 'module/bin/DynamoBackup.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0c1c55-3f0e-4e0a-9c2c-7d1f6a6e2b41'
    Author               = 'DynamoBackup contributors'
    CompanyName          = 'DynamoBackup contributors'
    Copyright            = '(c) DynamoBackup contributors. Licensed under the Apache License 2.0.'
    Description          = 'Backs up, restores and proves Amazon DynamoDB tables, in the layout of DynamoDB''s own exports.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('module/DynamoBackup.Format.ps1xml')
    CmdletsToExport      = @('Backup-DynamoTable', 'Compare-DynamoBackup', 'Get-DynamoBackup', 'Get-DynamoBackupItem', 'Merge-DynamoBackup', 'Remove-DynamoBackup', 'Restore-DynamoTable', 'Test-DynamoBackup')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('AWS', 'DynamoDB', 'Backup', 'Restore', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri = 'https://www.apache.org/licenses/LICENSE-2.0'
        }
    }
}

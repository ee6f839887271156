#Requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests and stages the DynamoBackup module.
.DESCRIPTION
    A thin front for dotnet: MSBuild assembles the module (module/bin, en-US) as part of every build, so that
    Import-Module ./DynamoBackup.psd1 works afterwards.
.PARAMETER Task
    Build: compile and assemble. Test: xunit, then Pester where it is installed. Help: write help again and show where it is.
    Stage: a copy of just what ships, in artifacts/DynamoBackup/<version>.
.PARAMETER Configuration
    Which build: Release, or Debug.
.EXAMPLE
    ./build.ps1
.EXAMPLE
    ./build.ps1 Test -Configuration Release
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Help', 'Stage')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot

function Invoke-DotNet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $($args[0]) failed with exit code $LASTEXITCODE." }
}

function Invoke-BuildTask { Invoke-DotNet build "$root/DynamoBackup.slnx" -c $Configuration }

function Invoke-HelpTask {
    # The help is an output of the module's build; without it, MSBuild writes it again.
    Remove-Item "$root/en-US" -Recurse -Force -ErrorAction Ignore
    Invoke-DotNet build "$root/src/DynamoBackup.PowerShell" -c $Configuration
    Get-ChildItem "$root/en-US"
}

function Invoke-TestTask {
    Invoke-DotNet test "$root/DynamoBackup.slnx" -c $Configuration
    if (-not (Get-Module Pester -ListAvailable | Where-Object Version -ge '5.0')) {
        throw 'Pester 5 is not installed, so tests/Pester was not run. Install it with: Install-PSResource Pester'
    }
    Import-Module Pester -MinimumVersion 5.0
    $result = Invoke-Pester -Path "$root/tests/Pester" -PassThru
    # A file that cannot be read, or a setup that throws, fails the result and no test.
    if ($result.Result -ne 'Passed' -or $result.PassedCount -eq 0) { throw "Pester failed: $($result.FailedCount) tests, $($result.FailedBlocksCount) blocks, $($result.FailedContainersCount) files; $($result.PassedCount) tests passed." }
}

function Invoke-StageTask {
    Invoke-BuildTask
    $version = (Import-PowerShellDataFile "$root/DynamoBackup.psd1").ModuleVersion
    $stage = "$root/artifacts/DynamoBackup/$version"
    Remove-Item $stage -Recurse -Force -ErrorAction Ignore
    $null = New-Item $stage -ItemType Directory
    Copy-Item "$root/DynamoBackup.psd1", "$root/LICENSE", "$root/README.md", "$root/CHANGELOG.md", "$root/module", "$root/en-US" $stage -Recurse
    Test-ModuleManifest "$stage/DynamoBackup.psd1"
}

foreach ($name in $Task) { & "Invoke-${name}Task" }

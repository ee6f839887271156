BeforeAll {
    Import-Module $PSScriptRoot/TestServer.psm1 -Force
    $manifest = Import-BuiltModule
    $server = Start-TestServer
    $endpoint = @{ EndpointUrl = $server.Endpoint; Region = 'us-east-1' }
    $table = New-TestTable $server
    $secret = 'sEcrEtOfTheseTests/0123456789+abc'
    $token = 'FwoGZXIvYXdzTokenOfTheseTests=='
    $store = Join-Path $TestDrive 'store'
}

AfterAll {
    Stop-TestServer $server
}

Describe '-Credential' {
    It 'takes <Form>' -ForEach @(
        @{ Form = 'a PSCredential'; Credential = { [pscredential]::new('AKIDTEST', (ConvertTo-SecureString $secret -AsPlainText)) } }
        @{ Form = 'a custom object'; Credential = { [pscustomobject]@{ AccessKeyId = 'AKIDTEST'; SecretAccessKey = $secret; SessionToken = $token; Expiration = [datetime]::UtcNow } } }
        @{ Form = 'a hashtable'; Credential = { @{ AccessKeyId = 'AKIDTEST'; SecretAccessKey = ConvertTo-SecureString $secret -AsPlainText } } }
        @{ Form = 'an object with a method'; Credential = {
                [pscustomobject]@{} | Add-Member -PassThru ScriptMethod GetCredentials { [pscustomobject]@{ AccessKey = 'AKIDTEST'; SecretKey = $secret; Token = $token } }
            }
        }
    ) {
        $keys = & $Credential
        $backup = Backup-DynamoTable $table $store -Credential $keys @endpoint
        ($backup | Test-DynamoBackup -Level Live -Credential $keys @endpoint).IsValid | Should -BeTrue
        $target = "copy-$([guid]::NewGuid().ToString('n').Substring(0, 12))"
        ($backup | Restore-DynamoTable -TargetTable $target -Verify -Confirm:$false -Credential $keys @endpoint).Verified | Should -BeTrue
    }

    It 'refuses <Form>, and shows nothing of it' -ForEach @(
        @{ Form = 'half a key'; Credential = { [pscustomobject]@{ SecretAccessKey = $secret } } }
        @{ Form = 'a text'; Credential = { $secret } }
        @{ Form = 'an empty method'; Credential = { [pscustomobject]@{ Hidden = $secret } | Add-Member -PassThru ScriptMethod GetCredentials {} } }
    ) {
        { Backup-DynamoTable $table $store -Credential (& $Credential) @endpoint } | Should -Throw -ErrorId 'InvalidArgument,*'
        $Error[0] | Format-List * -Force | Out-String -Width 4096 | Should -Not -Match ([regex]::Escape($secret))
        "$($Error[0])" | Should -Match 'PSCredential'
    }

    It 'says why a method failed' {
        $keys = [pscustomobject]@{} | Add-Member -PassThru ScriptMethod GetCredentials { throw 'The sign-in has ended' }
        { Backup-DynamoTable $table $store -Credential $keys @endpoint } | Should -Throw -ErrorId 'CredentialsNotFound,*' -ExpectedMessage '*The sign-in has ended*'
    }

    It 'goes with no other way' {
        $keys = @{ AccessKeyId = 'AKIDTEST'; SecretAccessKey = $secret }
        { Backup-DynamoTable $table $store -Credential $keys -ProfileName p @endpoint } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Backup-DynamoTable $table $store -Credential $keys -AccessKey a -SecretKey b @endpoint } | Should -Throw -ErrorId 'InvalidArgument,*'
        { Backup-DynamoTable $table $store -AccessKey a @endpoint } | Should -Throw -ErrorId 'InvalidArgument,*'
    }

    It 'is kept by a parallel run' {
        $keys = [pscredential]::new('AKIDTEST', (ConvertTo-SecureString $secret -AsPlainText))
        $backups = 1..2 | ForEach-Object -Parallel {
            Import-Module $using:manifest
            $endpoint = $using:endpoint
            Backup-DynamoTable $using:table $using:store -Credential $using:keys @endpoint
        }
        $backups | Should -HaveCount 2
    }
}

Describe 'A secret' {
    BeforeAll {
        $pattern = "$([regex]::Escape($secret))|$([regex]::Escape($token))"
        Set-Content "$TestDrive/credentials" "[test]`naws_access_key_id = AKIDTEST`naws_secret_access_key = $secret`naws_session_token = $token"

        # In a process of its own, as loud as it can be; its transcript is all that a console shows.
        $script = Join-Path $TestDrive 'loud.ps1'
        Set-Content $script @'
param($Manifest, $Way, $Table, $Store, $Target, $Endpoint, $Transcript, $Profiles)
$PSStyle.OutputRendering = 'PlainText'
$null = Start-Transcript $Transcript
Import-Module $Manifest
$keys = @{ AccessKeyId = 'AKIDTEST'; SecretAccessKey = $env:TEST_SECRET; SessionToken = $env:TEST_TOKEN }
$given = switch ($Way) {
    'parameters' { @{ AccessKey = 'AKIDTEST'; SecretKey = $env:TEST_SECRET; SessionToken = $env:TEST_TOKEN } }
    'PSCredential' { @{ Credential = [pscredential]::new('AKIDTEST', (ConvertTo-SecureString $env:TEST_SECRET -AsPlainText)) } }
    'object' { @{ Credential = [pscustomobject] $keys } }
    'hashtable' { @{ Credential = $keys } }
    'profile' { @{ ProfileName = 'test'; ProfileLocation = $Profiles } }
}
$aws = $given + @{ EndpointUrl = $Endpoint; Region = 'us-east-1'; Verbose = $true; Debug = $true }
$InformationPreference = 'Continue'
Backup-DynamoTable $Table $Store -WhatIf @aws
$backup = Backup-DynamoTable $Table $Store @aws
$backup | Format-List * -Force
$backup | Test-DynamoBackup -Level Live @aws | Format-List * -Force
$backup | Restore-DynamoTable -TargetTable $Target -Verify -Confirm:$false @aws | Format-List * -Force
Backup-DynamoTable no-such-table $Store @aws
$aws.EndpointUrl = 'http://127.0.0.1:9'
try { Backup-DynamoTable $Table $Store @aws } catch { $_ }
$Error | ForEach-Object { $_ | Format-List * -Force; Get-Error -InputObject $_ }
$null = Stop-Transcript
'@
    }

    It 'given by <_> is in no stream, transcript or file' -ForEach 'parameters', 'PSCredential', 'object', 'hashtable', 'profile' {
        $folder = Join-Path $TestDrive ([guid]::NewGuid())
        $transcript = Join-Path $TestDrive "$_.txt"
        $target = "copy-$([guid]::NewGuid().ToString('n').Substring(0, 12))"
        try {
            $env:TEST_SECRET, $env:TEST_TOKEN = $secret, $token
            $said = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -File $script $manifest $_ $table $folder $target $server.Endpoint $transcript "$TestDrive/credentials" *>&1 | Out-String
        }
        finally { $env:TEST_SECRET = $env:TEST_TOKEN = $null }
        foreach ($text in $said, (Get-Content $transcript -Raw)) {
            # The console breaks lines where it likes.
            $flat = $text -replace '\s'
            foreach ($sign in 'Whatif:', 'Backingup', 'Verified:True', 'TableNotFound', 'EndpointUnreachable') { $flat.Contains($sign) | Should -BeTrue -Because $sign }
            $flat -match $pattern | Should -BeFalse
        }
        Get-ChildItem $folder -Recurse -File | Select-String -Pattern $pattern | Should -BeNullOrEmpty
    }

    It 'in a location is refused without being shown' {
        { Backup-DynamoTable $table "s3://AKIDTEST:$secret@bucket/prefix" @endpoint } | Should -Throw -ErrorId 'InvalidLocation,*'
        $Error[0] | Format-List Exception, TargetObject, CategoryInfo | Out-String -Width 4096 | Should -Not -Match $pattern
    }
}
